/** Archives as the body of a request: backups to be restored (those that are named go through the REST door), and projects. */
import { PassThrough, type Readable } from 'node:stream';
import express, { type Router as ExpressRouter, type Request, type RequestHandler, type Response } from 'express';
import { contract } from '../contract';
import type { Restored } from '../contract/backups';
import type { ImportedProject } from '../contract/projects';
import type { Log } from '../core/ports/runtime';
import type { Services } from '../core/services';
import { success } from './envelope';
import { describeError, type Failed, failed } from './errors';
import type { Declared, Gate } from './gate';
import type { UploadLimits } from './multipart';
import { missing, openParser, Refused, startClock, UploadAborted } from './multipart';
import { callerOf, clientSignal, requestIdOf } from './request';
import { refuse } from './uploads';

const ARCHIVES = ['application/zip', 'application/x-zip-compressed', 'application/octet-stream'];

/** What takes in an archive. */
interface Taking<T> {
  operation: Declared;
  status: number;
  message: string;
  take(source: Readable, signal: AbortSignal): Promise<T>;
}

/** Of an archive that is refused, this much is read before the answer. */
const DISCARDED_BYTES = 100 * 1024 * 1024;

interface Parts {
  services: Services;
  gate: Gate;
  log: Log;
  idempotency: RequestHandler;
  limits: UploadLimits;
}

/** Needs the token guard before it and no body parser. */
export function createArchiveDoor({ services, gate, log, idempotency, limits }: Parts): ExpressRouter {
  const router = express.Router();
  const taking =
    <T>({ operation, status, message, take }: Taking<T>): RequestHandler =>
    async (request, response) => {
      const caller = callerOf(response, 'http');
      try {
        await gate.enter(caller, operation);
        const taken = await receive(request, response, take, limits);
        await gate.leave(caller, operation, { input: {}, output: taken });
        response.status(status).json(success(taken, message));
      } catch (error) {
        if (error instanceof UploadAborted) return log.debug('upload aborted by its client', { request_id: requestIdOf(response) });
        const failure = error instanceof Refused ? error.failed : describeError(error, log, requestIdOf(response));
        await gate.leave(caller, operation, { input: {}, failure });
        await refuse(request, response, failure, DISCARDED_BYTES);
      }
    };
  router.post('/api/restore', onlyArchives, idempotency, taking(restoring(services)));
  router.post('/api/projects/import', onlyArchives, idempotency, taking(importing(services)));
  return router;
}

const restoring = ({ backups }: Services): Taking<Restored> => ({
  operation: contract.backups.restore['~orpc'],
  status: 202,
  message: 'The backup is whole; the next start of Pressmark puts it in place.',
  take: (source, signal) => backups.restoreFrom(source, signal),
});

const importing = ({ transfer }: Services): Taking<ImportedProject> => ({
  operation: contract.projects.import['~orpc'],
  status: 201,
  message: 'The project is there; its documents are being read.',
  take: (source, signal) => transfer.import(source, signal),
});

function onlyArchives(request: Request, _response: Response, next: (skip?: 'route') => void): void {
  next(request.is(['multipart/form-data', ...ARCHIVES]) ? undefined : 'route');
}

async function receive<T>(request: Request, response: Response, take: Taking<T>['take'], limits: UploadLimits): Promise<T> {
  const source = new PassThrough();
  let reason: Error | null = null;
  const end = (error: Error) => {
    reason ??= error;
    source.destroy(error);
  };
  source.on('error', () => undefined);
  const clock = startClock(request, limits, new Set([source]), end);
  request.once('close', () => {
    if (!request.complete) end(new UploadAborted());
  });
  source.once('close', () => {
    clock.stop();
    request.unpipe();
  });
  try {
    if (request.is('multipart/form-data')) readForm(request, source, end);
    else request.pipe(source);
    return await take(source, clientSignal(response));
  } catch (error) {
    throw reason ?? error;
  } finally {
    source.destroy();
  }
}

/** The first file of the form is the archive, whatever its part is called. */
function readForm(request: Request, source: PassThrough, end: (error: Error) => void): void {
  const parser = openParser(request);
  let found = false;
  parser.on('file', (_field: string, part: Readable) => {
    part.on('error', () => end(new Refused(BROKEN)));
    if (found) return part.resume();
    found = true;
    part.pipe(source);
  });
  parser.once('finish', () => {
    if (!found) end(new Refused(missing('file', 'Send the archive in a part named "file".')));
  });
  parser.once('error', () => end(new Refused(BROKEN)));
  request.pipe(parser);
}

const BROKEN: Failed = failed('BAD_REQUEST', 'The multipart body is broken or incomplete.');
