/** Reads the head of a GGUF file in order, a piece at a time, so that neither a vast vocabulary nor a broken file holds anything up. */
import type { FileHandle } from 'node:fs/promises';

const PIECE_BYTES = 256 * 1024;
/** No key, name or licence comes near; a broken length may be of any size. */
const STRING_AT_MOST = 1_000_000;

export class GgufReader {
  private buffer = Buffer.alloc(0);
  private at = 0;
  /** Bytes of the file before the buffer. */
  private before = 0;

  constructor(private readonly file: FileHandle) {}

  /** Where the next read begins. */
  get position(): number {
    return this.before + this.at;
  }

  async u32(): Promise<number> {
    return (await this.bytes(4)).readUInt32LE(0);
  }

  /** As a number: what is larger than one can be exact is broken anyway. */
  async u64(): Promise<number> {
    return Number((await this.bytes(8)).readBigUInt64LE(0));
  }

  async text(): Promise<string> {
    const length = await this.u64();
    if (length > STRING_AT_MOST) throw new Error('a text in the head of the file is too long.');
    return (await this.bytes(length)).toString('utf8');
  }

  async skip(count: number): Promise<void> {
    if (this.at + count <= this.buffer.length) {
      this.at += count;
      return;
    }
    this.before += this.at + count;
    this.at = 0;
    this.buffer = Buffer.alloc(0);
  }

  async bytes(count: number): Promise<Buffer> {
    if (this.at + count > this.buffer.length) await this.fill(count);
    const found = this.buffer.subarray(this.at, this.at + count);
    this.at += count;
    return found;
  }

  private async fill(count: number): Promise<void> {
    const rest = this.buffer.subarray(this.at);
    this.before += this.at;
    this.at = 0;
    if (!Number.isSafeInteger(this.before)) throw new Error('the file ends too early.');
    const more = Buffer.alloc(Math.max(PIECE_BYTES, count - rest.length));
    const { bytesRead } = await this.file.read(more, 0, more.length, this.before + rest.length);
    this.buffer = Buffer.concat([rest, more.subarray(0, bytesRead)]);
    if (this.buffer.length < count) throw new Error('the file ends too early.');
  }
}
