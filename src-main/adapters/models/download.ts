/** Downloads one address into a part file; goes on where a connection, or the whole program, broke off (RFC 9110 §14 Range). */
import { setTimeout as pause } from 'node:timers/promises';
import { JobError } from '../../core/errors';
import { LIMITS } from '../../core/limits';
import type { PartFile } from './part-file';
import { ask, Interrupted, type Reply } from './request';
import { requireSpace } from './space';

export interface Wanted {
  url: string;
  /** Length, when it is known beforehand; another one is refused. */
  bytes: number | null;
  /** The first bytes that it must have, such as those of a GGUF file. */
  begins: string | null;
  /** Whether a file has all that it says of itself; null where files do not say. */
  isWhole: ((path: string) => Promise<boolean>) | null;
}

export interface DownloadContext {
  silenceMs: number;
  signal: AbortSignal;
  progress(done: number, total: number | null): void;
}

/** Connections that may bring nothing new, one after the other, before the first byte; a silent one is one too many. */
const FIRST_TRIES = 2;
/** The same where the server had something, or said that it is busy: a lost network is back within a minute mostly. */
const TRIES = 8;
/** As many tries is one worth that brought the same bytes once more. */
const AGAIN = 4;
/** However little each one brings. */
const CONNECTIONS_AT_MOST = 1_000;
const PAUSE_MS = 500;
const PAUSE_AT_MOST_MS = 15_000;

/** Returns when all bytes are there. Throws JobError DOWNLOAD_FAILED, DISK_FULL, NOT_A_MODEL, CHECKSUM_MISMATCH, or the signal's reason. */
export async function download(wanted: Wanted, part: PartFile, context: DownloadContext): Promise<void> {
  const patience = createPatience(part);
  for (;;) {
    const { origin } = part;
    try {
      return await connect(wanted, part, context);
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof Interrupted)) throw error;
      const wait = patience.after(error, part.origin !== origin);
      if (wait === null) throw gaveUp(error);
      await pause(wait, undefined, { signal: context.signal });
    }
  }
}

function createPatience(part: PartFile) {
  let best = part.size;
  let barren = 0;
  let connections = 0;
  return {
    /** Milliseconds to wait before the next connection; null: enough. @param anew the connection brought the file from its start */
    after({ how: { silent = false, waitMs } }: Interrupted, anew: boolean): number | null {
      connections += 1;
      barren = part.size > best ? 0 : barren + (anew ? AGAIN : 1);
      best = Math.max(best, part.size);
      const tries = best > 0 || waitMs !== undefined ? TRIES : FIRST_TRIES;
      const asked = waitMs ?? 0;
      if (barren >= tries || (silent && barren > 0) || asked > LIMITS.modelBusyMs || connections >= CONNECTIONS_AT_MOST) return null;
      return Math.max(asked, Math.min(PAUSE_MS * 2 ** barren, PAUSE_AT_MOST_MS));
    },
  };
}

const gaveUp = (error: Error) =>
  new JobError(
    'DOWNLOAD_FAILED',
    `The download broke off: ${error.message}.`,
    'Retry the job when the connection is better; it goes on where it stopped.',
  );

async function connect(wanted: Wanted, part: PartFile, { signal, silenceMs, progress }: DownloadContext): Promise<void> {
  const { origin } = part;
  const same = origin?.url === wanted.url ? origin : null;
  const length = same && (same.total ?? wanted.bytes);
  if (length && part.size === length) return;
  // Without a validator, the other side may have put another file there meanwhile.
  const resumes = same !== null && part.size > 0 && (same.validator !== null || wanted.bytes !== null);
  const rest = resumes ? { from: part.size, validator: same.validator, total: same.total ?? wanted.bytes } : null;
  const reply = await ask(wanted.url, rest, { signal, silenceMs });
  const pieces = reply.pieces();
  try {
    if (reply.resumed) refuseLength(wanted, reply.total);
    else await beginAnew(wanted, reply, pieces, { part, resumes });
    await requireSpace(part.path, (reply.total ?? 0) - part.size);
    progress(part.size, reply.total ?? wanted.bytes);
    await receive(wanted, { total: reply.total, pieces }, part, progress);
  } finally {
    reply.end();
  }
}

/** What is there goes only when the first bytes have shown that the file comes, and not the page of a network that wants a login. */
async function beginAnew(
  wanted: Wanted,
  reply: Reply,
  pieces: AsyncGenerator<Uint8Array>,
  { part, resumes }: { part: PartFile; resumes: boolean },
): Promise<void> {
  const first = await firstBytes(pieces, wanted.begins?.length ?? 0);
  try {
    refuseLength(wanted, reply.total);
    refuseBeginning(wanted, first);
  } catch (error) {
    throw resumes ? new Interrupted('the server sent something else than the rest of the file') : error;
  }
  await part.begin({ url: wanted.url, validator: reply.validator, total: reply.total, digest: reply.digest });
  await part.append(first);
}

async function firstBytes(pieces: AsyncGenerator<Uint8Array>, count: number): Promise<Buffer> {
  let first = Buffer.alloc(0);
  while (first.length < count) {
    const { value, done } = await pieces.next();
    if (done) break;
    first = Buffer.concat([first, value]);
  }
  return first;
}

async function receive(
  wanted: Wanted,
  { total, pieces }: { total: number | null; pieces: AsyncGenerator<Uint8Array> },
  part: PartFile,
  progress: DownloadContext['progress'],
): Promise<void> {
  let checkAt = part.size + LIMITS.modelSpaceEveryBytes;
  let whole = false;
  for await (const piece of pieces) {
    await part.append(piece);
    if (wanted.bytes !== null) refuseLength(wanted, Math.max(part.size, wanted.bytes));
    if (part.size >= checkAt) {
      await requireSpace(part.path, 0);
      if (whole) throw notAModel('The server sends more and more after the end of the model.');
      whole = total === null && ((await wanted.isWhole?.(part.path)) ?? false);
      checkAt = part.size + LIMITS.modelSpaceEveryBytes;
    }
    progress(part.size, total ?? wanted.bytes);
  }
  if (total !== null && part.size < total) throw new Interrupted(`only ${part.size} of ${total} bytes came`);
}

function refuseLength({ bytes }: Wanted, total: number | null): void {
  if (bytes === null || total === null || total === bytes) return;
  throw new JobError('CHECKSUM_MISMATCH', `The server offers a file of ${total} bytes or more, but the model has ${bytes}.`);
}

function refuseBeginning({ begins }: Wanted, first: Buffer): void {
  if (begins !== null && !first.toString('latin1').startsWith(begins)) throw notAModel();
}

/** For bytes that do not begin as a GGUF file does. */
export const notAModel = (why = 'What came is not a GGUF model.') =>
  new JobError('NOT_A_MODEL', why, 'Give the address or path of a .gguf file itself, not of the page around it.');
