/** Looking into compound files (MS-CFB), in which Office kept its documents before 2007 and Outlook keeps its messages. */
import { readFile } from 'node:fs/promises';
import { CFB } from '@e965/xlsx';
import { MIME } from '../mime';

/** The streams at the root, by their names. */
export interface Compound {
  names: string[];
  stream(name: string): Buffer | null;
}

/** Null when it is damaged. */
export function openCompound(bytes: Buffer): Compound | null {
  try {
    const file = CFB.read(bytes, { type: 'buffer' }) as { FullPaths: string[]; FileIndex: { content?: Uint8Array | number[] }[] };
    const streams = new Map<string, Uint8Array | number[]>();
    for (const [at, path] of file.FullPaths.entries()) {
      const [, name, ...below] = path.split('/');
      if (name && below.every((one) => one === '')) streams.set(name, file.FileIndex[at]?.content ?? []);
    }
    return {
      names: [...streams.keys()],
      stream(name) {
        const content = streams.get(name);
        return content ? Buffer.from(content) : null;
      },
    };
  } catch {
    return null;
  }
}

const BY_STREAM: [string, string][] = [
  ['WordDocument', MIME.doc],
  ['PowerPoint Document', MIME.ppt],
  ['__properties_version1.0', MIME.msg],
  ['Workbook', MIME.xls],
  ['Book', MIME.xls],
];
const BY_NAME: Record<string, string> = {
  '.docx': MIME.docx,
  '.docm': MIME.docx,
  '.pptx': MIME.pptx,
  '.xlsx': MIME.xlsx,
  '.doc': MIME.doc,
  '.ppt': MIME.ppt,
  '.xls': MIME.xls,
  '.msg': MIME.msg,
};

/** The kind of a compound file; encrypted documents of today are such, too, and only their names tell them apart. Null for what nobody reads. */
export async function compoundKind(path: string, extension: string): Promise<string | null> {
  const compound = openCompound(await readFile(path));
  const found = compound && BY_STREAM.find(([name]) => compound.names.includes(name));
  if (found) return found[1];
  const encrypted = compound?.names.includes('EncryptedPackage') ?? false;
  return BY_NAME[extension] ?? (encrypted || !compound ? MIME.xls : null);
}
