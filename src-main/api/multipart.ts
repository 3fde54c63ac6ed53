/** Reads one multipart request part by part; no file is ever whole in memory, and an aborted one leaves nothing. */
import { PassThrough, type Readable } from 'node:stream';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import type { Request } from 'express';
import type { Failure, UploadItem } from '../contract/documents';
import { id } from '../contract/shared';
import { AppError } from '../core/errors';
import type { Services } from '../core/services';
import { type Failed, failed } from './errors';
import { safeFilename } from './filename';
import type { UploadLimits } from './uploads';

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
class Refused extends Error {
  constructor(readonly failed: Failed) {
    super(failed.message);
  }
}

/**
 * Streams every file of the request to `documents.receive`.
 * @returns verdicts in the order of the files, or why the request as a whole is refused
 * @throws UploadAborted
 */
export async function receiveMultipart(request: Request, receiving: Receiving): Promise<UploadItem[] | Failed> {
  const open = new Set<PassThrough>();
  const verdicts: Promise<UploadItem>[] = [];
  try {
    await readParts(request, receiving, open, verdicts);
    return await Promise.all(verdicts);
  } catch (error) {
    for (const source of open) source.destroy(new BrokenOff());
    await Promise.allSettled(verdicts);
    if (error instanceof Refused) return error.failed;
    throw error;
  }
}

function readParts(request: Request, receiving: Receiving, open: Set<PassThrough>, verdicts: Promise<UploadItem>[]): Promise<void> {
  const given = request.query.project_id;
  let project_id = typeof given === 'string' && id.safeParse(given).success ? given : null;
  const { limits } = receiving;
  return new Promise((resolve, reject) => {
    const parser = openParser(request);
    const clock = startClock(request, limits, open, reject);
    const end = (settle: () => void) => {
      clock.stop();
      request.unpipe(parser);
      settle();
    };
    const stop = (error: unknown) => end(() => reject(error));
    parser.on('field', (name: string, value: string) => {
      if (name === 'project_id' && id.safeParse(value).success) project_id = value;
    });
    parser.on('file', (_field: string, part: Readable, filename: string | undefined) => {
      part.on('error', () => undefined);
      if (project_id === null) {
        part.resume();
        return stop(new Refused(missing('project_id', 'Send project_id before the first file, or as ?project_id= in the address.')));
      }
      const name = safeFilename(filename ?? '');
      if (verdicts.length >= limits.filesPerUpload) {
        part.resume();
        verdicts.push(Promise.resolve(refusedFile(name, tooMany(limits.filesPerUpload))));
        return;
      }
      const verdict = receiveOne(part, { ...receiving, project_id, name, open });
      verdict.catch(stop);
      verdicts.push(verdict);
    });
    parser.once('finish', () => end(() => (verdicts.length > 0 ? resolve() : reject(new Refused(nothingSent(project_id))))));
    parser.once('error', (error: unknown) =>
      stop(new Refused(failed('BAD_REQUEST', 'The multipart body is broken or incomplete.', { reason: reasonOf(error) }))),
    );
    request.once('close', () => {
      if (!request.complete) stop(new UploadAborted());
    });
    request.pipe(parser);
  });
}

function openParser(request: Request): InstanceType<typeof Busboy> {
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
async function receiveOne(part: Readable, { documents, describe, project_id, name, open }: Receiving & FilePart): Promise<UploadItem> {
  const source = new PassThrough();
  open.add(source);
  source.on('error', () => undefined);
  part.once('error', () => source.destroy(new BrokenOff()));
  part.pipe(source);
  source.once('close', () => {
    open.delete(source);
    process.nextTick(() => part.resume());
  });
  try {
    return await documents.receive({ project_id, filename: name, source });
  } catch (error) {
    if (error instanceof AppError && error.code === 'PAYLOAD_TOO_LARGE') return refusedFile(name, tooLarge(error, documents.limit_bytes));
    if (source.errored instanceof BrokenOff) return refusedFile(name, INCOMPLETE);
    const { code, message } = describe(error);
    if (error instanceof AppError) throw new Refused(describe(error));
    return refusedFile(name, { code, message, action: 'Try again; if it happens again, look into the log.' });
  } finally {
    source.destroy();
  }
}

interface FilePart {
  project_id: string;
  name: string;
  open: Set<PassThrough>;
}

/** Ends an upload that does not begin, or stands still while nothing here is what it waits for. */
function startClock(request: Request, limits: UploadLimits, open: Set<PassThrough>, reject: (error: Error) => void) {
  const late = (ms: number) =>
    new Refused(failed('TIMED_OUT', `Nothing of the upload arrived for ${ms / 1000} seconds.`, { limit_ms: ms }));
  const stalled = () => {
    const busy = [...open].some((source) => source.writableNeedDrain);
    if (busy) timer.refresh();
    else reject(late(limits.uploadIdleMs));
  };
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
const missing = (path: string, message: string): Failed =>
  failed('VALIDATION_FAILED', `${path}: ${message}`, { issues: [{ path, message }] });
const nothingSent = (project_id: string | null): Failed =>
  project_id === null
    ? missing('project_id', 'Send the id of a project.')
    : missing('file', 'Send at least one file, in a part named "file".');
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
