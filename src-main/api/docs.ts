/** /openapi.json and /docs: the description of the API, and a page to try it; both hold nothing of the user's and need no token. */
import express, { type Router as ExpressRouter } from 'express';
// Not the package itself, which would load the whole page's script into this process.
import getAbsoluteFSPath from 'swagger-ui-dist/absolute-path.js';
import { openapiDocument } from './openapi/document';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pressmark API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

// A file of its own, since the page's content security policy allows no inline script.
const START = `window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

export function createDocs(version: string): ExpressRouter {
  const router = express.Router();
  let document: ReturnType<typeof openapiDocument> | null = null;
  router.get('/openapi.json', async (_request, response) => {
    document ??= openapiDocument(version);
    response.json(await document);
  });
  router.get('/docs', (_request, response) => {
    response.type('html').send(PAGE);
  });
  router.get('/docs/start.js', (_request, response) => {
    response.type('js').send(START);
  });
  router.use('/docs', express.static(getAbsoluteFSPath(), { index: false, redirect: false, dotfiles: 'allow' }));
  return router;
}
