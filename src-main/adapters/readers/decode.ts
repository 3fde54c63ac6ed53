/** Bytes of a text file → text, whatever encoding it was saved in. */
import chardet from 'chardet';
import iconv from 'iconv-lite';

/** Bytes looked at to guess an encoding; a guess over more is slow and no better. */
const SAMPLE_BYTES = 64 * 1024;
const GUESS_CONTEXT_BYTES = 256;

export interface DecodedText {
  text: string;
  /** Name as in the IANA register, lower case. */
  encoding: string;
}

/**
 * Decodes by byte order mark, else by what the bytes allow: UTF-8 when they are valid UTF-8, UTF-16 when every other byte is zero,
 * then what the document itself declares (`declared`), then the most probable encoding. Line ends become \n, zero characters go.
 */
export function decodeText(bytes: Buffer, declared: string | null = null): DecodedText {
  const encoding = bomOf(bytes) ?? zeroesOf(bytes) ?? utf8Of(bytes) ?? known(declared) ?? guess(bytes);
  return { text: clean(iconv.decode(bytes, encoding)), encoding };
}

/** One kind of line end, no zero characters (SQLite ends a text there), no lone surrogates (no encoding can store them). */
export function clean(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029\f\v]/g, '\n')
    .replaceAll('\0', '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

function bomOf(bytes: Buffer): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes[2] === 0 && bytes[3] === 0 ? 'utf-32le' : 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return null;
}

/** UTF-16 without a mark: text in Latin letters has a zero in nearly every second byte. */
function zeroesOf(bytes: Buffer): string | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const zeroes = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) zeroes[at % 2] = (zeroes[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeroes;
  const many = sample.length * 0.2;
  if (odd > many && even < odd / 10) return 'utf-16le';
  return even > many && odd < even / 10 ? 'utf-16be' : null;
}

function utf8Of(bytes: Buffer): string | null {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    return null;
  }
}

/** A declaration of UTF-8 is known to be false here. Latin-1 is read as Windows-1252, as browsers do (WHATWG Encoding). */
function known(name: string | null): string | null {
  const encoding = name?.trim().toLowerCase() ?? '';
  if (/^utf-?(8|16|32)/.test(encoding) || !iconv.encodingExists(encoding)) return null;
  return /^(iso-?8859-1|latin-?1|us-ascii|ascii)$/.test(encoding) ? 'windows-1252' : encoding;
}

/** Guessed where the letters beyond ASCII are, since a long English head would tell nothing. */
function guess(bytes: Buffer): string {
  const first = bytes.findIndex((byte) => byte >= 0x80);
  const from = Math.max(0, first - GUESS_CONTEXT_BYTES);
  return known(chardet.detect(bytes.subarray(from, from + SAMPLE_BYTES))) ?? 'windows-1252';
}
