/** Names of uploaded files: any script is kept, whatever could mean a path or a control sequence is not. */
import { LIMITS } from '../limits';

const FALLBACK = 'unnamed';

// Control characters, line separators, and the marks that reverse text so that "gpj.exe" reads as "exe.jpg".
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** The last part of a name without control characters, at most LIMITS.filenameBytes of UTF-8, its extension kept. */
export function safeFilename(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? '';
  const name = Buffer.from(last, 'utf8').toString('utf8').normalize('NFC').replace(UNSAFE, '').trim();
  if (/^\.*$/.test(name)) return FALLBACK;
  return shortened(name);
}

function shortened(name: string): string {
  if (bytes(name) <= LIMITS.filenameBytes) return name;
  const extension = /\.[^.]{1,15}$/u.exec(name)?.[0] ?? '';
  const room = LIMITS.filenameBytes - bytes(extension);
  let kept = '';
  let used = 0;
  for (const character of name.slice(0, name.length - extension.length)) {
    used += bytes(character);
    if (used > room) break;
    kept += character;
  }
  return `${kept}${extension}`;
}

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');
