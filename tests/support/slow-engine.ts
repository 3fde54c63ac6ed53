/** An engine that speaks the OpenAI protocol and writes the same words slowly, one after the other. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pause } from './server';

export interface SlowEngine {
  url: string;
  close(): Promise<void>;
}

async function write(response: ServerResponse, words: string[], everyMs: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const piece = (delta: object, finish_reason: string | null) =>
    response.write(
      `data: ${JSON.stringify({ id: 'one', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`,
    );
  for (const word of words) {
    if (response.destroyed) return;
    piece({ content: word }, null);
    await pause(everyMs);
  }
  piece({}, 'stop');
  response.end('data: [DONE]\n\n');
}

export async function startSlowEngine(words: string[], everyMs: number): Promise<SlowEngine> {
  const server = createServer((request, response) => {
    request.resume();
    if (request.url?.endsWith('/chat/completions')) void write(response, words, everyMs);
    else
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ object: 'list', data: [{ id: 'slow', object: 'model' }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
