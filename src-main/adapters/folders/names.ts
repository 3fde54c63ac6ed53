/**
 * Names of files whose bytes are no UTF-8, as disks and archives of older systems have them: kept as text that leads back to the bytes.
 * Each byte above ASCII becomes a character for private use, which no real name is made of.
 */
import { isUtf8 } from 'node:buffer';

const PRIVATE = 0xf700;
const HELD = /[\uf780-\uf7ff]/;
const HELD_RUN = /[\uf780-\uf7ff]+/g;

/** The text that stands for a name. */
export function nameFor(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  return String.fromCharCode(...[...bytes].map((byte) => (byte < 0x80 ? byte : PRIVATE + byte)));
}

/** What the disk knows a path by; each part of it is a name of its own. */
export function pathFor(text: string): string | Buffer {
  if (!HELD.test(text)) return text;
  const parts = text.split('/').map((name) => Buffer.from(HELD.test(name) ? bytesOf(name) : name));
  return Buffer.concat(parts.flatMap((part, at) => (at === 0 ? [part] : [SLASH, part])));
}

/** As people wrote it: most such disks are of Western Europe, and other letters are at least all there. */
export function shownFor(text: string): string {
  return text.replace(HELD_RUN, (run) => western.decode(bytesOf(run)));
}

const SLASH = Buffer.from('/');
const western = new TextDecoder('windows-1252');

function bytesOf(name: string): Uint8Array {
  return Uint8Array.from([...name].map((sign) => (HELD.test(sign) ? sign.charCodeAt(0) - PRIVATE : sign.charCodeAt(0))));
}
