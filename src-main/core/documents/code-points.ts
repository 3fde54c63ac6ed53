/** Code-point offsets, which the outside counts in, and UTF-16 offsets, which JavaScript strings count in. */

/** Number of code points. */
export function codePointLength(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at += 1) if (isPair(text, at)) length -= 1;
  return length;
}

/** UTF-16 offset → code-point offset within the same text. */
export function toCodePoint(text: string, utf16: number): number {
  return codePointLength(text.slice(0, utf16));
}

/** Code-point offset → UTF-16 offset within the same text. */
export function toUtf16(text: string, codePoint: number): number {
  let at = 0;
  for (let left = codePoint; left > 0 && at < text.length; left -= 1) at += isPair(text, at) ? 2 : 1;
  return at;
}

/** A high surrogate with its low one: two units, one code point. */
function isPair(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdbff) return false;
  const next = text.charCodeAt(at + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}
