/** Files within a file: each is unpacked to the scratch folder, read by the reader of its kind, and put away again. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DocumentError } from '../../core/errors';
import { tidy } from './hygiene';
import { shiftPath } from './parts';
import type { Part, SourceFile } from './reader';

/** One that could not be read, for the document's metadata. */
export interface Problem {
  file: string;
  code: string;
  message: string;
}

/** Further ones are only counted. */
const PROBLEMS_KEPT = 100;

/** Reads the files within one document; its parts are numbered on, so that each can be asked for by its number. */
export class Inside {
  /** Parts given so far. */
  count = 0;
  private readonly problems: Problem[] = [];
  private unread = 0;

  constructor(private readonly file: SourceFile) {}

  /** A part of the container itself. */
  own(part: Part): Part {
    this.count += 1;
    return part;
  }

  /** The parts of a file within; one that cannot be read gives none and is noted. Never more bytes than the document may expand to. */
  async *read(written: string, content: Readable | (() => Promise<Readable>)): AsyncGenerator<Part> {
    const name = tidy(written);
    const path = join(this.file.scratch, `inside-${randomUUID()}`);
    try {
      await mkdir(this.file.scratch, { recursive: true });
      const source = content instanceof Readable ? content : await content();
      await pipeline(source, this.counted(), createWriteStream(path));
      yield* this.partsOf(name, path);
    } catch (error) {
      this.note(name, error);
    } finally {
      await rm(path, { force: true });
    }
  }

  note(name: string, error: unknown): void {
    if (error instanceof DocumentError && error.code === 'BOMB') throw error;
    const { code, message } = error instanceof DocumentError ? error : damaged();
    this.unread += 1;
    if (this.problems.length < PROBLEMS_KEPT) this.problems.push({ file: name, code, message });
  }

  /** For the metadata: what could not be read. */
  report(): Record<string, unknown> {
    return this.unread === 0 ? {} : { unread_files: this.unread, problems: this.problems };
  }

  /** When nothing was read at all: why. */
  failure(): Problem | null {
    return this.problems[0] ?? null;
  }

  private async *partsOf(name: string, path: string): AsyncGenerator<Part> {
    const reading = await this.file.inner({ path, filename: name.split('/').at(-1) ?? name });
    if (!reading) throw new DocumentError('UNSUPPORTED_TYPE', 'Pressmark cannot read this kind of file.');
    for await (const part of reading.parts) {
      this.count += 1;
      const place = part.label ?? (part.page === null ? null : `page ${part.page}`);
      yield { ...part, page: this.count, label: place === null ? name : `${name}, ${place}`, blocks: shiftPath(part.blocks, [name]) };
    }
  }

  private counted(): Transform {
    const { budget } = this.file;
    return new Transform({
      transform(piece: Buffer, _encoding, done) {
        budget.bytes -= piece.length;
        done(budget.bytes < 0 ? bomb() : null, piece);
      },
    });
  }
}

export const bomb = () =>
  new DocumentError('BOMB', 'This file becomes too large when it is unpacked.', 'Unpack it yourself, then upload the files that you need.');
const damaged = () => new DocumentError('CORRUPT', 'The file is damaged.');
