/** A file that is still growing: hashed as it comes, and remembering where it comes from, so that it can go on after a kill. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile, rm, writeFile } from 'node:fs/promises';

/** What the bytes so far belong to; other bytes must not be added to them. */
export interface Origin {
  url: string;
  /** ETag or Last-Modified of the other side. */
  validator: string | null;
  total: number | null;
  /** As the model hub states it. */
  digest?: string | null;
}

const HEAD_BYTES = 4;
/** For what may hold an address with a secret in it. */
const PRIVATE = 0o600;

export class PartFile {
  size = 0;
  origin: Origin | null = null;
  /** The first bytes, which tell a model from an error page. */
  head = Buffer.alloc(0);
  private hash = createHash('sha256');

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /** Takes up what an earlier process left. The caller closes it. */
  static async open(path: string, signal: AbortSignal): Promise<PartFile> {
    const part = new PartFile(path, await open(path, 'a+'));
    try {
      for await (const piece of createReadStream(path, { signal, highWaterMark: 1024 * 1024 })) part.note(piece as Buffer);
      part.origin = await readFile(noteOf(path), 'utf8')
        .then((text) => JSON.parse(text) as Origin)
        .catch(() => null);
      return part;
    } catch (error) {
      await part.close();
      throw error;
    }
  }

  /** Forgets what is there and begins again with bytes from `origin`. */
  async begin(origin: Origin): Promise<void> {
    await this.file.truncate(0);
    await writeFile(noteOf(this.path), JSON.stringify(origin), { mode: PRIVATE });
    this.origin = origin;
    this.size = 0;
    this.head = Buffer.alloc(0);
    this.hash = createHash('sha256');
  }

  async append(piece: Uint8Array): Promise<void> {
    for (let written = 0; written < piece.length; ) written += (await this.file.write(piece, written)).bytesWritten;
    this.note(piece);
  }

  /** SHA-256 of all bytes, in hexadecimal digits. */
  digest(): string {
    return this.hash.copy().digest('hex');
  }

  /** On the disk when this returns; a file of which nothing came is none. */
  async close(): Promise<void> {
    await this.file.sync().finally(() => this.file.close());
    if (this.size === 0) await removePart(this.path);
  }

  private note(piece: Uint8Array): void {
    this.hash.update(piece);
    this.size += piece.length;
    if (this.head.length < HEAD_BYTES) this.head = Buffer.concat([this.head, piece]).subarray(0, HEAD_BYTES);
  }
}

const noteOf = (path: string) => `${path}.json`;

/** Removes a part and the note beside it. */
export async function removePart(path: string): Promise<void> {
  await Promise.all([rm(path, { force: true }), rm(noteOf(path), { force: true })]);
}
