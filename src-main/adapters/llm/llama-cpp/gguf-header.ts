/** Refuses a file whose first bytes are not those of a GGUF model: the library's own reader runs on for ever over some of them. */
import { open } from 'node:fs/promises';

const HEADER_BYTES = 24;
const OLDEST_VERSION = 2;
const NEWEST_VERSION = 3;
/** No model comes near; a broken header has counts of any size. */
const COUNT_AT_MOST = 1_000_000n;

/** Reads magic, version and the two counts (GGUF specification). Throws a sentence about what is wrong. */
export async function checkGgufHeader(path: string): Promise<void> {
  const file = await open(path);
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await file.read(header, 0, HEADER_BYTES, 0);
    if (bytesRead < HEADER_BYTES || header.toString('latin1', 0, 4) !== 'GGUF') throw new Error('the file is not a GGUF model.');
    const version = header.readUInt32LE(4);
    if (header.readUInt32BE(4) <= NEWEST_VERSION)
      throw new Error('the file is for machines with the bytes of a number the other way round (big-endian).');
    const counts = [header.readBigUInt64LE(8), header.readBigUInt64LE(16)];
    if (version < OLDEST_VERSION || version > NEWEST_VERSION || counts.some((count) => count > COUNT_AT_MOST))
      throw new Error(`the file is damaged, or of a GGUF version (${version}) that this program does not know.`);
  } finally {
    await file.close();
  }
}
