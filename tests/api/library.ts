/** A running server with one project and two small documents, for the black-box tests of the doors. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Document, UploadResult } from '../../src-main/contract/documents';
import { type Answer, startServer, type TestServer, temporaryFolder } from '../support/server';

export const GARDEN = `# Opening hours

The walled garden opens at seven in the morning and closes at dusk from April to October.

# Prices

A season ticket for the walled garden costs 25 euros. Children under six pay nothing.
`;

export const BRIDGE = `# The iron bridge

The iron bridge over the Tamber was built in 1884 by the engineer Louisa Ferrant. It is 212 metres long.

# Repairs

In 1951 the deck of the iron bridge was replaced after a flood.
`;

export interface Library {
  server: TestServer;
  project_id: string;
  garden: Document;
  bridge: Document;
  close(): Promise<void>;
}

/** @param env further environment; models are taken from the surroundings unless it says otherwise */
export async function openLibrary(env: Record<string, string> = {}): Promise<Library> {
  const folder = temporaryFolder();
  const server = await startServer({ dataDir: folder.path, env });
  const { id: project_id } = await server.createProject('Doors');
  const { body } = await uploadTexts(server, project_id, { 'garden.md': GARDEN, 'bridge.md': BRIDGE });
  const [garden, bridge] = await Promise.all(
    body.data.items.map(({ document }) => {
      if (!document) throw new Error('a sample was not accepted');
      return server.waitFor(document.id);
    }),
  );
  if (!garden || !bridge) throw new Error(`samples are missing: ${JSON.stringify(body)}`);
  const close = async () => {
    await server.stop();
    folder.remove();
  };
  return { server, project_id, garden, bridge, close };
}

/** Uploads texts under the given names. */
export function uploadTexts(server: TestServer, project_id: string, files: Record<string, string>): Promise<Answer<UploadResult>> {
  const form = new FormData();
  form.set('project_id', project_id);
  for (const [name, text] of Object.entries(files)) form.append('file', new Blob([text]), name);
  return server.request<UploadResult>('POST', '/api/documents/upload', form);
}

export interface RawAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

/** A request with headers that `fetch` would not send (Host, Origin…). */
export function rawRequest(url: string, path: string, headers: Record<string, string>, method = 'GET'): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(path, url), { method, headers }, (response) => resolve(readAnswer(response)));
    request.on('error', reject);
    request.end();
  });
}

export async function readAnswer(response: IncomingMessage): Promise<RawAnswer> {
  let text = '';
  for await (const piece of response) text += piece;
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

/** Opens an upload whose body the test writes itself. */
export function openUpload(server: TestServer, path: string, boundary: string): { request: ClientRequest; answer: Promise<RawAnswer> } {
  const request = httpRequest(new URL(path, server.ready.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${server.ready.token}`, 'content-type': `multipart/form-data; boundary=${boundary}` },
  });
  const answer = new Promise<RawAnswer>((resolve, reject) => {
    request.on('response', (response) => resolve(readAnswer(response)));
    request.on('error', reject);
  });
  return { request, answer };
}

/** The head of one file part; `name` is sent as it is, in UTF-8. */
export const filePart = (boundary: string, name: string): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`;

export const fieldPart = (boundary: string, name: string, value: string): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
