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
}

export interface DownloadContext {
  silenceMs: number;
  signal: AbortSignal;
  progress(done: number, total: number | null): void;
}

/** Connections that may bring nothing new, one after the other; a silent one counts twice. */
const BARREN_AT_MOST = 2;
/** However little each one brings. */
const CONNECTIONS_AT_MOST = 1_000;
const PAUSE_MS = 500;

/** Returns when all bytes are there. Throws JobError DOWNLOAD_FAILED, DISK_FULL, NOT_A_MODEL, CHECKSUM_MISMATCH, or the signal's reason. */
export async function download(wanted: Wanted, part: PartFile, context: DownloadContext): Promise<void> {
  let best = part.size;
  let barren = 0;
  for (let connections = 1; ; connections += 1) {
    try {
      return await connect(wanted, part, context);
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof Interrupted)) throw error;
      barren = part.size > best ? 0 : barren + (error.silent ? 2 : 1);
      best = Math.max(best, part.size);
      if (barren >= BARREN_AT_MOST || connections >= CONNECTIONS_AT_MOST) throw gaveUp(error);
      await pause(PAUSE_MS * (barren + 1), undefined, { signal: context.signal });
    }
  }
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
  if (same?.total && part.size === same.total) return;
  // Without a validator, the other side may have put another file there meanwhile.
  const resumes = same !== null && part.size > 0 && (same.validator !== null || wanted.bytes !== null);
  const reply = await ask(wanted.url, resumes ? { from: part.size, validator: same.validator } : null, { signal, silenceMs });
  try {
    if (!reply.resumed) await part.begin({ url: wanted.url, validator: reply.validator, total: reply.total, digest: reply.digest });
    refuseLength(wanted, reply.total);
    await requireSpace(part.path, (reply.total ?? 0) - part.size);
    progress(part.size, reply.total ?? wanted.bytes);
    await receive(wanted, reply, part, progress);
  } finally {
    reply.end();
  }
}

async function receive(wanted: Wanted, reply: Reply, part: PartFile, progress: DownloadContext['progress']): Promise<void> {
  let checkAt = part.size + LIMITS.modelSpaceEveryBytes;
  for await (const piece of reply.pieces()) {
    await part.append(piece);
    refuseBeginning(wanted, part);
    if (wanted.bytes !== null) refuseLength(wanted, Math.max(part.size, wanted.bytes));
    if (part.size >= checkAt) {
      await requireSpace(part.path, 0);
      checkAt = part.size + LIMITS.modelSpaceEveryBytes;
    }
    progress(part.size, reply.total ?? wanted.bytes);
  }
  if (reply.total !== null && part.size < reply.total) throw new Interrupted(`only ${part.size} of ${reply.total} bytes came`);
}

function refuseLength({ bytes }: Wanted, total: number | null): void {
  if (bytes === null || total === null || total === bytes) return;
  throw new JobError('CHECKSUM_MISMATCH', `The server offers a file of ${total} bytes or more, but the model has ${bytes}.`);
}

function refuseBeginning({ begins }: Wanted, { head, size }: PartFile): void {
  if (begins === null || size < begins.length || head.toString('latin1').startsWith(begins)) return;
  throw notAModel();
}

/** For bytes that do not begin as a GGUF file does. */
export const notAModel = (why = 'What came is not a GGUF model.') =>
  new JobError('NOT_A_MODEL', why, 'Give the address or path of a .gguf file itself, not of the page around it.');
