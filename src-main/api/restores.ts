/** POST /api/restore with the archive itself as the body; a backup that is named goes through the REST door. */
import { PassThrough, type Readable } from 'node:stream';
import express, { type Router as ExpressRouter, type Request, type RequestHandler, type Response } from 'express';
import { contract } from '../contract';
import type { Restored } from '../contract/backups';
import type { Log } from '../core/ports/runtime';
import type { Services } from '../core/services';
import { success } from './envelope';
import { describeError, type Failed, failed } from './errors';
import type { Gate } from './gate';
import { missing, openParser, Refused, startClock, UploadAborted } from './multipart';
import { callerOf, clientSignal, requestIdOf } from './request';
import { refuse, type UploadLimits } from './uploads';

const ARCHIVES = ['application/zip', 'application/x-zip-compressed', 'application/octet-stream'];
const RESTORE = contract.backups.restore['~orpc'];
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
export function createRestoreDoor({ services, gate, log, idempotency, limits }: Parts): ExpressRouter {
  const router = express.Router();
  router.post('/api/restore', onlyArchives, idempotency, async (request, response) => {
    const caller = callerOf(response, 'http');
    try {
      await gate.enter(caller, RESTORE);
      const restored = await receive(request, response, services.backups, limits);
      await gate.leave(caller, RESTORE, { input: {}, output: restored });
      response.status(202).json(success(restored, ACCEPTED));
    } catch (error) {
      if (error instanceof UploadAborted) return log.debug('upload aborted by its client', { request_id: requestIdOf(response) });
      const failure = error instanceof Refused ? error.failed : describeError(error, log, requestIdOf(response));
      await gate.leave(caller, RESTORE, { input: {}, failure });
      await refuse(request, response, failure, DISCARDED_BYTES);
    }
  });
  return router;
}

const ACCEPTED = 'The backup is whole; the next start of Pressmark puts it in place.';

function onlyArchives(request: Request, _response: Response, next: (skip?: 'route') => void): void {
  next(request.is(['multipart/form-data', ...ARCHIVES]) ? undefined : 'route');
}

async function receive(request: Request, response: Response, backups: Services['backups'], limits: UploadLimits): Promise<Restored> {
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
    return await backups.restoreFrom(source, clientSignal(response));
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
