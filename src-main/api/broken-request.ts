/** Answers what is no readable HTTP, and headers that do not come to an end, in an envelope like everything else. */
import { type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { failure } from './envelope';
import { type Failed, failed } from './errors';

/** Must be called once; Node itself would answer without a body. */
export function answerBrokenRequests(server: Server): void {
  server.on('clientError', (error: Error & { code?: string }, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else sendRaw(socket, describe(error.code ?? ''));
  });
}

/** An answer without the help of Node's HTTP, which has given the connection up. */
export function sendRaw(socket: Duplex, refusal: Failed): void {
  const body = JSON.stringify(failure(refusal));
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.on('error', () => undefined);
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function describe(code: string): Failed {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return failed('REQUEST_TIMEOUT', 'The headers of the request did not arrive in time.');
  if (code === 'HPE_HEADER_OVERFLOW')
    return { ...failed('BAD_REQUEST', 'The headers of the request, its address among them, are too long.'), status: 431 };
  return failed('BAD_REQUEST', 'This is not HTTP/1.1 as it can be read here.', { reason: code });
}
