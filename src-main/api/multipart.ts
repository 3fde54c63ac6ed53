/** Reads one multipart request part by part; no file is ever whole in memory, and an aborted one leaves nothing. */
import { PassThrough, type Readable } from 'node:stream';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import type { Request } from 'express';
import type { Failure, UploadItem } from '../contract/documents';
import { id } from '../contract/shared';
import { safeFilename } from '../core/documents/filename';
import { AppError } from '../core/errors';
import type { Services } from '../core/services';
import { stopBodyClock } from './body-clock';
import { type Failed, failed } from './errors';
import { createSlots, type Later, later, type Slots } from './waits';

export type UploadLimits = Record<'filesPerUpload' | 'uploadFirstByteMs' | 'uploadIdleMs', number>;

/** Files of one request that are written to the disk at the same time. */
const FILES_AT_ONCE = 8;

interface Receiving {
  documents: Services['documents'];
  limits: UploadLimits;
  describe: (error: unknown) => Failed;
}

/** The client went away: there is nobody to answer. */
export class UploadAborted extends Error {}

/** The bytes of a file ended before the file did; the request as a whole has failed by then. */
class BrokenOff extends Error {}

/** What ends the whole request, as opposed to one file of it. */
export class Refused extends Error {
  constructor(readonly failed: Failed) {
    super(failed.message);
  }
}

/** What is known of the request while it is read. */
interface Reading {
  project: ProjectField;
  /** Null for an empty part without a name: what a form sends for a file that nobody chose. */
  verdicts: Promise<UploadItem | null>[];
  open: Set<PassThrough>;
  slots: Slots;
  /** Done once the whole request has arrived: only then is any file of it taken in. */
  arrived: Later<void>;
}

/**
 * Streams every file of the request to `documents.receive`.
 * @returns verdicts in the order of the files, or why the request as a whole is refused
 * @throws UploadAborted
 */
export async function receiveMultipart(request: Request, receiving: Receiving): Promise<UploadItem[] | Failed> {
  const reading: Reading = {
    project: projectField(request.query.project_id),
    verdicts: [],
    open: new Set(),
    slots: createSlots(FILES_AT_ONCE),
    arrived: later(),
  };
  try {
    await readParts(request, receiving, reading);
    reading.arrived.resolve();
    const items = (await Promise.all(reading.verdicts)).filter((item) => item !== null);
    return items.length > 0 ? items : nothingSent();
  } catch (error) {
    for (const source of reading.open) source.destroy(new BrokenOff());
    reading.project.giveUp();
    reading.arrived.reject(new BrokenOff());
    await Promise.allSettled(reading.verdicts);
    if (error instanceof Refused) return error.failed;
    throw error;
  }
}

/** The id of the project, which may also come after the files that go into it. */
interface ProjectField {
  /** The id when it is known already, so that an unknown project ends the upload before its bytes are read. */
  current(): string | Promise<string>;
  isKnown(): boolean;
  tell(value: unknown): void;
  giveUp(): void;
}

function projectField(given: unknown): ProjectField {
  let known: string | null = null;
  const { promise, resolve, reject } = later<string>();
  const tell = (value: unknown) => {
    if (known !== null || typeof value !== 'string' || !id.safeParse(value).success) return;
    known = value;
    resolve(value);
  };
  tell(given);
  return { current: () => known ?? promise, isKnown: () => known !== null, tell, giveUp: () => reject(new BrokenOff()) };
}

function readParts(request: Request, receiving: Receiving, reading: Reading): Promise<void> {
  const { project, verdicts, open } = reading;
  return new Promise((resolve, reject) => {
    const parser = openParser(request);
    const clock = startClock(request, receiving.limits, open, reject);
    const end = (settle: () => void) => {
      clock.stop();
      request.unpipe(parser);
      settle();
    };
    const stop = (error: unknown) => end(() => reject(error));
    parser.on('field', (name: string, value: string) => {
      if (name === 'project_id') project.tell(value);
    });
    parser.on('file', (field: string, part: Readable, filename: string | undefined) => {
      part.on('error', () => undefined);
      const verdict = verdictOf({ field, part, filename: filename ?? '' }, receiving, reading);
      verdict.catch(stop);
      verdicts.push(verdict);
    });
    parser.once('finish', () => {
      if (project.isKnown()) end(resolve);
      else stop(new Refused(missing('project_id', 'Send the id of a project in a part of this name, or as ?project_id= in the address.')));
    });
    parser.once('error', (error: unknown) =>
      stop(new Refused(failed('BAD_REQUEST', 'The multipart body is broken or incomplete.', { reason: reasonOf(error) }))),
    );
    request.once('close', () => {
      if (!request.complete) stop(new UploadAborted());
    });
    request.pipe(parser);
  });
}

const FIELDS = new Set(['file', 'files', 'file[]', 'files[]']);

interface FilePart {
  field: string;
  part: Readable;
  filename: string;
}

async function verdictOf({ field, part, filename }: FilePart, receiving: Receiving, reading: Reading): Promise<UploadItem | null> {
  const name = safeFilename(filename);
  if (!FIELDS.has(field)) {
    part.resume();
    throw new Refused(missing('file', `Send files in parts named "file"; "${field.slice(0, 100)}" is not known.`));
  }
  if (reading.verdicts.length >= receiving.limits.filesPerUpload) {
    part.resume();
    return refusedFile(name, tooMany(receiving.limits.filesPerUpload));
  }
  const before = reading.verdicts.at(-1);
  const item = await receiveOne(part, name, receiving, { ...reading, after: Promise.all([reading.arrived.promise, before]) });
  return filename === '' && item.error?.code === 'EMPTY_FILE' ? null : item;
}

export function openParser(request: Request): InstanceType<typeof Busboy> {
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      preservePath: true,
      limits: { fields: 50, fieldSize: 4096, fieldNameSize: 200, headerPairs: 50, headerSize: 16 * 1024, parts: 10_000 },
    });
  } catch (error) {
    throw new Refused(failed('BAD_REQUEST', 'The Content-Type header of the upload cannot be used.', { reason: reasonOf(error) }));
  }
}

/**
 * One file. The service reads from a stream of its own, so that one which it gives up on can be drained without stopping the parser.
 * Only errors that concern the whole request are thrown.
 */
async function receiveOne(
  part: Readable,
  name: string,
  { documents, describe }: Receiving,
  { project, open, slots, after }: Reading & { after: Promise<unknown> },
): Promise<UploadItem> {
  const source = new PassThrough();
  after.catch(() => undefined);
  open.add(source);
  source.on('error', () => undefined);
  part.once('error', () => source.destroy(new BrokenOff()));
  source.once('close', () => {
    open.delete(source);
    process.nextTick(() => part.resume());
  });
  await slots.take();
  source.once('close', slots.free);
  part.pipe(source);
  try {
    return await documents.receive({ project_id: project.current(), filename: name, source, after });
  } catch (error) {
    if (error instanceof AppError && error.code === 'PAYLOAD_TOO_LARGE') return refusedFile(name, tooLarge(error, documents.limit_bytes));
    if (error instanceof BrokenOff || source.errored instanceof BrokenOff) return refusedFile(name, INCOMPLETE);
    if (error instanceof Refused) throw error;
    const { code, message } = describe(error);
    if (error instanceof AppError) throw new Refused(describe(error));
    return refusedFile(name, { code, message, action: 'Try again; if it happens again, look into the log.' });
  } finally {
    source.destroy();
  }
}

/** Ends an upload that does not begin, or stands still while nothing here is what it waits for. */
export function startClock(request: Request, limits: UploadLimits, open: Set<PassThrough>, reject: (error: Error) => void) {
  const late = (ms: number) =>
    new Refused(failed('REQUEST_TIMEOUT', `Nothing of the upload arrived for ${ms / 1000} seconds.`, { limit_ms: ms }));
  const stalled = () => {
    const busy = [...open].some((source) => source.writableNeedDrain);
    if (busy) timer.refresh();
    else reject(late(limits.uploadIdleMs));
  };
  stopBodyClock(request);
  let timer = setTimeout(() => reject(late(limits.uploadFirstByteMs)), limits.uploadFirstByteMs);
  const moved = () => timer.refresh();
  request.once('data', () => {
    clearTimeout(timer);
    timer = setTimeout(stalled, limits.uploadIdleMs);
    request.on('data', moved);
  });
  return {
    stop: () => {
      // A refreshed timer would start again after it was cleared.
      request.off('data', moved);
      clearTimeout(timer);
    },
  };
}

const refusedFile = (filename: string, error: Failure): UploadItem => ({
  filename,
  document: null,
  job_id: null,
  duplicate_of: null,
  error,
});
export const missing = (path: string, message: string): Failed =>
  failed('VALIDATION_FAILED', `${path}: ${message}`, { issues: [{ path, message }] });
const nothingSent = (): Failed => missing('file', 'Send at least one file with its name, in a part named "file".');
const INCOMPLETE: Failure = { code: 'INCOMPLETE', message: 'The file did not arrive completely.', action: 'Upload it again.' };
const tooMany = (limit: number): Failure => ({
  code: 'TOO_MANY_FILES',
  message: `One upload takes ${limit} files.`,
  action: 'Send the others in another upload.',
});
const tooLarge = (error: AppError, limit_bytes: number): Failure => ({
  code: 'TOO_LARGE',
  message: error.message,
  action: `Split the file; the limit is ${Math.round(limit_bytes / 1024 / 1024)} MiB.`,
});
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown');
