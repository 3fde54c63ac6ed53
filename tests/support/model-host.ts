/** A web server that has a model and behaves well or badly, and small GGUF files that are whole but mean nothing. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { pause } from './server';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([length, bytes]);
}

function number(bytes: 4 | 8, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 4) buffer.writeUInt32LE(value);
  else buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}

/** A whole GGUF file of one tensor with `floats` numbers; no engine can do anything with it. */
export function smallGguf(floats = 500_000): Buffer {
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    number(4, 3),
    number(8, 1),
    number(8, 4),
    ...[text('general.architecture'), number(4, 8), text('nothing')],
    ...[text('nothing.context_length'), number(4, 4), number(4, 1234)],
    ...[text('general.license'), number(4, 8), text('mit')],
    ...[text('tokenizer.chat_template'), number(4, 8), text('{{ messages }}')],
    ...[text('weights'), number(4, 1), number(8, floats), number(4, 0), number(8, 0)],
  ]);
  const start = Math.ceil(head.length / 32) * 32;
  const numbers = Float32Array.from({ length: floats }, (_, at) => Math.sin(at));
  return Buffer.concat([head, Buffer.alloc(start - head.length), Buffer.from(numbers.buffer)]);
}

export interface Asked {
  path: string;
  range: string | undefined;
}

export interface ModelHost {
  url(path: string): string;
  /** Every request so far. */
  asked: Asked[];
  close(): Promise<void>;
}

type Reply = (request: IncomingMessage, response: ServerResponse, start: number) => void;

/** Paths: whole, plain (no Range), moved, in-circles, cut, cut-plain, silent, silent-later, replaced, vast, short, long, page, page-later, other-rest, longer-rest, busy, busy-long, endless, no-http, slow, drip, packed, hub, hub-wrong; any other is gone. */
export async function startModelHost(body: Buffer): Promise<ModelHost> {
  const asked: Asked[] = [];
  const replies = repliesOf(body);
  const server = createServer((request, response) => {
    const { range } = request.headers;
    const path = request.url ?? '';
    asked.push({ path, range });
    const start = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
    const reply = replies[path.split('/')[1] ?? ''];
    if (reply) reply(request, response, start);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    url: (path) => `http://127.0.0.1:${port}/${path}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function repliesOf(body: Buffer): Record<string, Reply> {
  const half = Math.floor(body.length / 2);
  const head = (response: ServerResponse, start: number) => {
    const range = { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` };
    response.writeHead(start > 0 ? 206 : 200, {
      etag: '"one"',
      'content-length': body.length - start,
      ...(start > 0 ? range : {}),
    });
  };
  const whole: Reply = (_request, response, start) => {
    head(response, start);
    response.end(body.subarray(start));
  };
  const plain: Reply = (_request, response) => response.writeHead(200, { 'content-length': body.length }).end(body);
  const breakOff = (request: IncomingMessage, response: ServerResponse, to: number) =>
    response.write(body.subarray(0, to), () => setTimeout(() => request.socket.destroy(), 30));
  let cuts = 0;
  /** As the hub does: it names the digest, and leads on to where the bytes lie. */
  const hub = (_request: IncomingMessage, response: ServerResponse, digest: string) =>
    response.writeHead(302, { location: '/whole/model.gguf', 'x-linked-etag': `"${digest}"`, 'x-linked-size': body.length }).end();
  return {
    whole,
    plain,
    moved: (_request, response) => response.writeHead(302, { location: '/whole/model.gguf' }).end(),
    'in-circles': (_request, response) => response.writeHead(307, { location: '/in-circles' }).end(),
    cut(request, response, start) {
      if (start > 0) return whole(request, response, start);
      head(response, 0);
      breakOff(request, response, half);
    },
    'cut-plain'(request, response, start) {
      cuts += 1;
      if (cuts > 1) return plain(request, response, start);
      response.writeHead(200, { 'content-length': body.length });
      breakOff(request, response, half);
    },
    silent: () => undefined,
    'silent-later'(_request, response, start) {
      head(response, start);
      response.write(body.subarray(start, start === 0 ? half : start));
    },
    replaced(request, response) {
      if (request.headers['if-range'] !== undefined) return whole(request, response, 0);
      response.writeHead(200, { etag: '"old"', 'content-length': body.length });
      response.write(Buffer.concat([body.subarray(0, 4), Buffer.alloc(half, 7)]), () => setTimeout(() => request.socket.destroy(), 30));
    },
    vast: (_request, response) => response.writeHead(200, { 'content-length': 1e15 }).write(body),
    short: (_request, response) => response.end(body.subarray(0, half)),
    long(request, response) {
      response.writeHead(200, { 'content-length': body.length + 1_000 });
      breakOff(request, response, body.length);
    },
    page: (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please sign in</html>'),
    async drip(request, response) {
      head(response, 0);
      for (let at = 0; !request.socket.destroyed; at += 1) {
        response.write(body.subarray(at, at + 1));
        await pause(20);
      }
    },
    packed(_request, response) {
      response.writeHead(200, { 'content-encoding': 'gzip', etag: '"packed"' }).end(gzipSync(body));
    },
    hub: (request, response) => hub(request, response, sha256(body)),
    'hub-wrong': (request, response) => hub(request, response, sha256(Buffer.from('other'))),
    async slow(_request, response, start) {
      head(response, start);
      const piece = Math.ceil(body.length / 40);
      for (let at = start; at < body.length && !response.destroyed; at += piece) {
        response.write(body.subarray(at, at + piece));
        await pause(50);
      }
      response.end();
    },
  };
}
