/** Files by HTTP, with Range: the originals of documents, never as active content, and backups. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { create as contentDisposition } from 'content-disposition';
import express, { type Router as ExpressRouter, type Request, type Response } from 'express';
import { contract } from '../contract';
import { AppError } from '../core/errors';
import type { Log } from '../core/ports/runtime';
import type { Services } from '../core/services';
import { sendFailure } from './envelope';
import { failed } from './errors';
import { exportName, GRAPH_TYPES, requireFile } from './file-transfer';
import type { Gate } from './gate';
import { callerOf } from './request';

/** Kinds that a browser shows without running anything in them; every other kind is offered as a download. */
const SHOWN_INLINE = /^(application\/pdf|text\/plain|text\/markdown|text\/csv|image\/(png|jpeg|gif|webp))$/;

const EXPORT = contract.projects.export['~orpc'];
const GRAPH = contract.graph.export['~orpc'];
const BACKUP = contract.backups.file['~orpc'];

/** Needs the token guard before it. */
export function createFileDoor(services: Services, gate: Gate, log: Log): ExpressRouter {
  const router = express.Router();
  router.get('/api/documents/:id/file', async (request, response) => {
    const { id } = request.params;
    const { path, filename, mime_type, size_bytes, sha256 } = await services.documents.original(id);
    await requireFile(path, id);
    const type = SHOWN_INLINE.test(mime_type) ? 'inline' : 'attachment';
    response.setHeader('ETag', `"${sha256}"`);
    response.setHeader('Content-Type', mime_type);
    response.setHeader('Content-Disposition', contentDisposition(filename, { type }));
    // A document is data: were it HTML or SVG, it would still run nothing and load nothing.
    if (mime_type !== 'application/pdf') response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
    await sendBytes(request, response, { path, size_bytes });
  });
  router.get('/api/backup/:name/file', async (request, response) => {
    await gate.enter(callerOf(response, 'http'), BACKUP);
    const { name, path, size_bytes } = await services.backups.get(request.params.name);
    response.setHeader('Content-Type', 'application/zip');
    response.setHeader('Content-Disposition', contentDisposition(name));
    await sendBytes(request, response, { path, size_bytes });
  });
  router.get('/api/projects/:id/export', async (request, response) => {
    const caller = callerOf(response, 'http');
    await gate.enter(caller, EXPORT);
    const { project, archive } = await services.transfer.export(request.params.id);
    response.setHeader('Content-Type', 'application/zip');
    response.setHeader('Content-Disposition', contentDisposition(exportName(project.name)));
    if (request.method === 'HEAD') {
      archive.destroy();
      return void response.end();
    }
    // Its headers are sent by now: one that breaks off shows itself by the connection that ends before its last chunk.
    await pipeline(archive, response).catch((error: unknown) => {
      log.warn('an export was broken off', { project_id: project.id, reason: String(error), request_id: caller.request_id });
    });
  });
  router.get('/api/projects/:id/graph/export', async (request, response) => {
    const caller = callerOf(response, 'http');
    await gate.enter(caller, GRAPH);
    const { id } = request.params;
    const format = formatOf(request.query.format);
    const pieces = Readable.from(await services.graph.export({ id, format }), { objectMode: false });
    response.setHeader('Content-Type', GRAPH_TYPES[format]);
    response.setHeader('Content-Disposition', contentDisposition(`graph.${format}`));
    await pipeline(pieces, response).catch((error: unknown) => {
      log.warn('an export was broken off', { project_id: id, reason: String(error), request_id: caller.request_id });
    });
  });
  return router;
}

function formatOf(given: unknown): keyof typeof GRAPH_TYPES {
  if (given === undefined || given === 'json') return 'json';
  if (given === 'graphml') return 'graphml';
  throw new AppError('VALIDATION_FAILED', 'The format must be graphml or json.', { field: 'format' });
}

function sendBytes(request: Request, response: Response, { path, size_bytes }: { path: string; size_bytes: number }): Promise<void> {
  const [, last] = /^bytes=-(\d+)$/.exec(request.headers.range?.trim() ?? '') ?? [];
  // The last thousand bytes of a shorter file are all of it (RFC 9110 §14.1.2); the library would refuse them.
  if (Number(last) > size_bytes) request.headers.range = 'bytes=0-';
  return new Promise<void>((resolve, reject) => {
    const options = { dotfiles: 'allow', cacheControl: false, headers: { 'Cache-Control': 'private, no-cache' } } as const;
    response.sendFile(path, options, (error?: Error & { status?: number }) => {
      if (!error || response.headersSent) resolve();
      else if (error.status === 416) resolve(refuseRange(response, size_bytes));
      else if (error.status === 412) reject(new AppError('PRECONDITION_FAILED', 'The file is not the one that the request names.'));
      else reject(error);
    });
  });
}

function refuseRange(response: Response, size_bytes: number): void {
  response.setHeader('Content-Range', `bytes */${size_bytes}`);
  const message = `The range lies outside the file, which has ${size_bytes} bytes.`;
  sendFailure(response, { ...failed('BAD_REQUEST', message, { size_bytes }), status: 416 });
}
