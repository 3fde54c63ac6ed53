/** Serves the built renderer to browsers: the page at every address that is no file, its assets with long caching. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Router as ExpressRouter, type Response } from 'express';

const NOT_BUILT = 'The page of Pressmark is not built. Run "npm run build" and load this page again. The API works: see /docs.\n';

/** @param rendererDir folder of index.html and hashed assets */
export function createPage(rendererDir: string): ExpressRouter {
  const router = express.Router();
  const index = join(rendererDir, 'index.html');
  router.use(
    '/assets',
    express.static(join(rendererDir, 'assets'), { immutable: true, maxAge: '365d', index: false, fallthrough: false, dotfiles: 'allow' }),
  );
  router.use(express.static(rendererDir, { index: false, maxAge: 0, setHeaders: neverStoreIndex }));
  router.get('/{*path}', (request, response, next) => {
    // Programs ask for anything (`*/*`); only a browser that navigates names HTML.
    if (request.path !== '/' && !/\btext\/html\b/.test(request.headers.accept ?? '')) return next();
    response.setHeader('Cache-Control', 'no-store');
    if (!existsSync(index)) {
      response.status(503).type('text/plain').send(NOT_BUILT);
      return;
    }
    // The library may lie below a folder whose name starts with a dot.
    response.sendFile(index, { dotfiles: 'allow', cacheControl: false, etag: false, lastModified: false });
  });
  return router;
}

function neverStoreIndex(response: Response, path: string): void {
  if (path.endsWith('index.html')) response.setHeader('Cache-Control', 'no-store');
}
