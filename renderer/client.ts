/** The one way to the backend: typed calls over the window's port or HTTP, and the bytes of files. */
import { createORPCClient } from '@orpc/client';
import { RPCLink as FetchLink } from '@orpc/client/fetch';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import type { Contract } from '../src-main/contract';
import type { UploadResult } from '../src-main/contract/documents';
import type { ImportedProject } from '../src-main/contract/projects';

export type Client = ContractRouterClient<Contract>;

interface Bridge {
  pathForFile(file: File): string;
  chooseFolder(): Promise<string | null>;
  chooseModel(): Promise<string | null>;
  platform: string;
}
declare global {
  interface Window {
    pressmark?: Bridge;
  }
}

/** Rows that a list asks for at once; the contract's most. */
export const PAGE_ROWS = 200;
const TOKEN_KEY = 'pressmark-token';

/** The token of the address's fragment is kept for this tab and taken out of the address bar; null when there is none. */
export function readToken(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    sessionStorage.setItem(TOKEN_KEY, given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return sessionStorage.getItem(TOKEN_KEY);
}

export function saveToken(token: string | null): void {
  if (token) sessionStorage.setItem(TOKEN_KEY, token);
  else sessionStorage.removeItem(TOKEN_KEY);
}

function awaitPort(): Promise<MessagePort> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent) => {
      const [port] = event.ports;
      if (event.source !== window || event.data !== 'pressmark:port' || !port) return;
      window.removeEventListener('message', receive);
      port.start();
      resolve(port);
    };
    window.addEventListener('message', receive);
    window.postMessage('pressmark:connect', '*');
  });
}

/** Everything a view needs to talk to the backend. */
export interface Backend {
  client: Client;
  orpc: ReturnType<typeof createTanstackQueryUtils<Client>>;
  /** Sends files into a project; `onProgress` gets 0 to 1. */
  upload(projectId: string, files: File[], onProgress: (part: number) => void, signal: AbortSignal): Promise<UploadResult>;
  /** Takes in a project that was exported; `onSent` gets 0 to 1 while it is on its way to the backend. */
  importProject(file: File, onSent: (part: number) => void, signal: AbortSignal): Promise<ImportedProject>;
  /** Where a dropped file or folder lies on this machine; null in a browser, which does not tell. */
  pathOf(file: File): string | null;
  /** Bytes [begin, end) of the original file. */
  fileRange(documentId: string, begin: number, end: number): Promise<Uint8Array>;
  desktop: boolean;
  /** The system's own dialog; null in a browser, which has none that tells the path. */
  chooseFolder: (() => Promise<string | null>) | null;
  /** The same for the file of a model. */
  chooseModel: (() => Promise<string | null>) | null;
}

/** @throws when the window's port does not come; a wrong token shows at the first call */
export async function connect(token: string | null): Promise<Backend> {
  const bridge = window.pressmark;
  const headers: Record<string, string> = token && !bridge ? { authorization: `Bearer ${token}` } : {};
  const link = bridge
    ? new PortLink({ port: await awaitPort() })
    : new FetchLink({ url: new URL('/rpc', location.href).href, headers: () => headers });
  const client: Client = createORPCClient(link);
  return {
    client,
    orpc: createTanstackQueryUtils(client),
    desktop: Boolean(bridge),
    chooseFolder: bridge ? () => bridge.chooseFolder() : null,
    chooseModel: bridge ? () => bridge.chooseModel() : null,
    upload: (projectId, files, onProgress, signal) =>
      bridge
        ? client.documents.import({ project_id: projectId, paths: files.map((file) => bridge.pathForFile(file)) }, { signal })
        : patiently(() => uploadOverHttp(projectId, files, headers, onProgress, signal), signal),
    importProject: (file, onSent, signal) =>
      bridge ? client.projects.import({ file }, { signal }) : importOverHttp(file, headers, onSent, signal),
    pathOf: (file) => bridge?.pathForFile(file) || null,
    fileRange: (id, begin, end) => fetchRange(id, begin, end, headers),
  };
}

async function fetchRange(id: string, begin: number, end: number, headers: Record<string, string>): Promise<Uint8Array> {
  const response = await fetch(`/api/documents/${encodeURIComponent(id)}/file`, {
    headers: { ...headers, range: `bytes=${begin}-${end - 1}` },
  });
  if (!response.ok) throw new Error(`The original file could not be read (${response.status}).`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  return response.status === 206 ? bytes : bytes.slice(begin, end);
}

/** The backend takes only so many requests a minute. */
class TooOften extends Error {
  constructor(readonly seconds: number) {
    super('Too many files came at once. Add the rest in a minute.');
  }
}

const TRIES = 5;

async function patiently<T>(send: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof TooOften) || tries === TRIES || signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.min(error.seconds, 60) * 1_000));
    }
  }
}

interface Sent {
  path: string;
  body: Blob | FormData;
  headers: Record<string, string>;
  onProgress(part: number): void;
  signal: AbortSignal;
}

/** XMLHttpRequest, because fetch tells nothing about the progress of a request's body. */
function send({ path, body, headers, onProgress, signal }: Sent): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onerror = () => reject(new Error('The upload was cut off. Check that Pressmark is running and try again.'));
    request.onabort = () => reject(new Error('The upload was stopped.'));
    if (signal.aborted) return reject(new Error('The upload was stopped.'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.onload = () => {
      if (request.status === 429) reject(new TooOften(Number(request.getResponseHeader('Retry-After')) || 1));
      else resolve(request);
    };
    request.send(body);
  });
}

const failedWith = ({ response, status }: XMLHttpRequest) => new Error(response?.message ?? `The upload failed (${status}).`);

async function uploadOverHttp(
  projectId: string,
  files: File[],
  headers: Record<string, string>,
  onProgress: (part: number) => void,
  signal: AbortSignal,
): Promise<UploadResult> {
  const body = new FormData();
  body.append('project_id', projectId);
  for (const file of files) body.append('file', file, file.name);
  const request = await send({ path: '/api/documents/upload', body, headers, onProgress, signal });
  const items = request.response?.data?.items ?? request.response?.error?.details?.items;
  if (!Array.isArray(items)) throw failedWith(request);
  return { items };
}

async function importOverHttp(
  file: File,
  headers: Record<string, string>,
  onProgress: (part: number) => void,
  signal: AbortSignal,
): Promise<ImportedProject> {
  const zip = { ...headers, 'content-type': 'application/zip' };
  const request = await send({ path: '/api/projects/import', body: file, headers: zip, onProgress, signal });
  if (request.status !== 201) throw failedWith(request);
  return request.response.data;
}
