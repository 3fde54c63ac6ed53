/** POST /api/documents/upload: multipart parts stream straight into the library, each file with its own verdict. */
import express, { type Router as ExpressRouter, type Request, type Response } from 'express';
import { contract } from '../contract';
import type { UploadItem } from '../contract/documents';
import { ERRORS, type ErrorCode } from '../contract/errors';
import { AppError } from '../core/errors';
import type { Log } from '../core/ports/runtime';
import type { Services } from '../core/services';
import type { Caller } from './context';
import { sendFailure, success } from './envelope';
import { describeError, type Failed, failed } from './errors';
import type { Gate } from './gate';
import { receiveMultipart, UploadAborted, type UploadLimits } from './multipart';
import { callerOf, requestIdOf } from './request';

/** Needs the token guard before it and no body parser. */
export function createUploadDoor(services: Services, gate: Gate, log: Log, limits: UploadLimits): ExpressRouter {
  const router = express.Router();
  router.post('/api/documents/upload', async (request, response) => {
    const caller = callerOf(response, 'http');
    const describe = (error: unknown) => describeError(error, log, requestIdOf(response));
    try {
      await gate.enter(caller, UPLOAD);
      const isForm = request.is('multipart/form-data');
      const received = isForm ? await receiveMultipart(request, { documents: services.documents, limits, describe }) : NO_FORM;
      await note(gate, caller, received);
      if (Array.isArray(received)) answer(response, received);
      else await refuse(request, response, received, services.documents.limit_bytes);
    } catch (error) {
      if (error instanceof UploadAborted) log.debug('upload aborted by its client', { request_id: requestIdOf(response) });
      else if (error instanceof AppError) await refuse(request, response, describe(error), services.documents.limit_bytes);
      else throw error;
    }
  });
  return router;
}

const UPLOAD = contract.documents.upload['~orpc'];
const NO_FORM = failed('UNSUPPORTED_TYPE', 'Send the files as multipart/form-data.', { header: 'Content-Type' });

/** One entry in the audit log for each file; the first of those that were too many stands for all of them. */
async function note(gate: Gate, caller: Caller, received: UploadItem[] | Failed): Promise<void> {
  if (!Array.isArray(received)) return gate.leave(caller, UPLOAD, { input: {}, failure: received });
  const firstTooMany = received.findIndex(({ error }) => error?.code === 'TOO_MANY_FILES');
  const noted = firstTooMany < 0 ? received : received.slice(0, firstTooMany + 1);
  for (const { document, error, filename } of noted) {
    const failure = error ? { failure: failed('UPLOAD_FAILED', error.message) } : {};
    await gate.leave(caller, UPLOAD, { input: { filename }, output: document, ...failure });
  }
}

/** 201 when anything was taken in; otherwise the status of the first error. */
function answer(response: Response, items: UploadItem[]): void {
  const taken = items.filter(({ document }) => document !== null).length;
  if (taken > 0) {
    response.status(201).json(success({ items }, `${taken} of ${items.length} files accepted.`));
    return;
  }
  const first = items.find(({ error }) => error !== null);
  const code = CODE_OF_VERDICT[first?.error?.code ?? ''] ?? 'UPLOAD_FAILED';
  sendFailure(response, failed(code, first?.error ? `${first.filename}: ${first.error.message}` : ERRORS.UPLOAD_FAILED.message, { items }));
}

const CODE_OF_VERDICT: Record<string, ErrorCode> = {
  UNSUPPORTED_TYPE: 'UNSUPPORTED_TYPE',
  TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  TOO_MANY_FILES: 'PAYLOAD_TOO_LARGE',
  DISK_FULL: 'DISK_FULL',
  INTERNAL: 'INTERNAL',
  UNAVAILABLE: 'UNAVAILABLE',
};

const DISCARD_MS = 5_000;

/**
 * Many clients only look at the answer once they have sent everything, and lose it when the connection ends before;
 * so what is still coming is thrown away first, within bounds.
 */
export async function refuse(request: Request, response: Response, refusal: Failed, most_bytes: number): Promise<void> {
  let left = refusal.code === 'REQUEST_TIMEOUT' ? 0 : most_bytes;
  const ended = await new Promise<boolean>((resolve) => {
    if (request.complete || left === 0) return resolve(request.complete);
    const timer = setTimeout(() => resolve(false), DISCARD_MS);
    timer.unref();
    request.on('data', (piece: Buffer) => {
      left -= piece.length;
      if (left < 0) resolve(false);
    });
    request.once('end', () => resolve(true));
    request.once('close', () => resolve(request.complete));
    request.resume();
  });
  if (!ended) response.setHeader('Connection', 'close');
  sendFailure(response, refusal);
}
