/** GET /api/documents/{id}/file: the original's bytes, with Range, never as active content. */
import { create as contentDisposition } from 'content-disposition';
import express, { type Router as ExpressRouter, type Response } from 'express';
import type { Services } from '../core/services';
import { sendFailure } from './envelope';
import { failed } from './errors';
import { requireFile } from './file-transfer';

/** Kinds that a browser shows without running anything in them; every other kind is offered as a download. */
const SHOWN_INLINE = /^(application\/pdf|text\/plain|text\/markdown|text\/csv|image\/(png|jpeg|gif|webp))$/;

/** Needs the token guard before it. */
export function createFileDoor(services: Services): ExpressRouter {
  const router = express.Router();
  router.get('/api/documents/:id/file', async (request, response) => {
    const { id } = request.params;
    const { path, filename, mime_type, size_bytes } = await services.documents.original(id);
    await requireFile(path, id);
    const type = SHOWN_INLINE.test(mime_type) ? 'inline' : 'attachment';
    response.setHeader('Content-Type', mime_type);
    response.setHeader('Content-Disposition', contentDisposition(filename, { type }));
    // A document is data: were it HTML or SVG, it would still run nothing and load nothing.
    if (mime_type !== 'application/pdf') response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
    await new Promise<void>((resolve, reject) => {
      const options = { dotfiles: 'allow', cacheControl: false, headers: { 'Cache-Control': 'private, no-cache' } } as const;
      response.sendFile(path, options, (error?: Error & { status?: number }) => {
        if (!error || response.headersSent) resolve();
        else if (error.status === 416) resolve(refuseRange(response, size_bytes));
        else reject(error);
      });
    });
  });
  return router;
}

function refuseRange(response: Response, size_bytes: number): void {
  response.setHeader('Content-Range', `bytes */${size_bytes}`);
  const message = `The range lies outside the file, which has ${size_bytes} bytes.`;
  sendFailure(response, { ...failed('BAD_REQUEST', message, { size_bytes }), status: 416 });
}
