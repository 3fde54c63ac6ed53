/** The window's origin app://pressmark/: the built renderer with a strict policy, and the documents' original files. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol } from 'electron';
import { CSP } from '../api/guard';
import type { Ready } from './ready';

const SCHEME = 'app';
/** Where the window's page lives. */
export const APP_ORIGIN = `${SCHEME}://pressmark`;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
};

const DOCUMENT_FILE = /^\/api\/documents\/[^/]+\/file\/?$/;

/** Must run before Electron is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, stream: true, supportFetchAPI: true } },
  ]);
}

/** @param ready the local door, once it is open: original files come from there, with Range */
export function servePage(rendererDir: string, ready: Promise<Ready | null>): void {
  protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url);
    if (host !== 'pressmark' || request.method !== 'GET') return new Response(null, { status: 404 });
    if (DOCUMENT_FILE.test(pathname)) return documentFile(pathname, request.headers.get('range'), await ready);
    return pageFile(rendererDir, pathname);
  });
}

async function documentFile(path: string, range: string | null, ready: Ready | null): Promise<Response> {
  if (!ready) return new Response(null, { status: 503 });
  const headers = { authorization: `Bearer ${ready.token}`, ...(range ? { range } : {}) };
  const { status, body, headers: answered } = await fetch(`${ready.url}${path}`, { headers });
  return new Response(body, { status, headers: new Headers([...answered].filter(([name]) => name !== 'transfer-encoding')) });
}

async function pageFile(rendererDir: string, pathname: string): Promise<Response> {
  const path = normalize(join(rendererDir, decodeURIComponent(pathname === '/' ? '/index.html' : pathname)));
  if (!path.startsWith(rendererDir + sep)) return new Response(null, { status: 404 });
  try {
    const content = new Uint8Array(await readFile(path));
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    return new Response(content, {
      headers: {
        'content-type': type,
        'content-security-policy': CSP,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
    });
  } catch {
    return new Response(null, { status: 404 });
  }
}
