/** Title, author and the like of an old Office document (MS-OLEPS, the summary information). */
import iconv from 'iconv-lite';
import { clean } from '../decode';
import type { Compound } from './compound';

const FIELDS: Record<number, string> = { 2: 'title', 3: 'subject', 4: 'author', 5: 'keywords' };
const CODE_PAGE = 1;
const ANSI = 30;
const WIDE = 31;

/** Empty when there is none or it is damaged. */
export function propertiesOf(compound: Compound): Record<string, unknown> {
  const bytes = compound.stream('\u0005SummaryInformation') ?? compound.stream('!SummaryInformation');
  try {
    return bytes ? read(bytes) : {};
  } catch {
    return {};
  }
}

/** Offsets are from the beginning of the set, which the header names at byte 44. */
function read(bytes: Buffer): Record<string, unknown> {
  const set = bytes.readUInt32LE(44);
  const count = Math.min(bytes.readUInt32LE(set + 4), 100);
  const places = new Map<number, number>();
  for (let at = 0; at < count; at += 1) places.set(bytes.readUInt32LE(set + 8 + at * 8), set + bytes.readUInt32LE(set + 12 + at * 8));
  const codePage = places.has(CODE_PAGE) ? bytes.readUInt16LE((places.get(CODE_PAGE) ?? 0) + 4) : 1252;
  const encoding = codePage === 65001 ? 'utf8' : codePage === 1200 ? 'utf16le' : `cp${codePage}`;
  const found = Object.entries(FIELDS).flatMap(([id, name]) => {
    const at = places.get(Number(id));
    if (at === undefined) return [];
    const type = bytes.readUInt32LE(at);
    const length = bytes.readUInt32LE(at + 4) * (type === WIDE ? 2 : 1);
    if (type !== ANSI && type !== WIDE) return [];
    const raw = bytes.subarray(at + 8, at + 8 + length);
    const text = iconv.decode(raw, type === WIDE ? 'utf16le' : iconv.encodingExists(encoding) ? encoding : 'cp1252');
    const value = clean(text).trim();
    return value === '' ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}
