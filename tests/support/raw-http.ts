/** Bytes as they are on a connection of their own, for requests that no HTTP client would send. */
import { connect } from 'node:net';
import { pause, type TestServer } from './server';

export interface RawReply {
  /** Of every answer that came on the connection. */
  statuses: number[];
  /** What came after the headers of the first final answer. */
  body: string;
  text: string;
  /** True when the server ended the connection. */
  closed: boolean;
}

interface SendOptions {
  /** Between two pieces. */
  gapMs?: number;
  limitMs?: number;
}

/** Writes the pieces one after the other and collects what comes back until the server closes. */
export function sendBytes(server: TestServer, pieces: (string | Buffer)[], { gapMs = 0, limitMs = 5_000 }: SendOptions = {}) {
  return new Promise<RawReply>((resolve) => {
    const socket = connect(Number(new URL(server.ready.url).port), '127.0.0.1');
    let text = '';
    const end = (closed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ...parsed(text), text, closed });
    };
    const timer = setTimeout(() => end(false), limitMs);
    socket.on('data', (piece) => (text += piece.toString('utf8')));
    socket.on('error', () => undefined);
    socket.on('close', () => end(true));
    socket.on('connect', async () => {
      for (const piece of pieces) {
        if (socket.destroyed) return;
        socket.write(piece);
        if (gapMs > 0) await pause(gapMs);
      }
    });
  });
}

function parsed(text: string): Pick<RawReply, 'statuses' | 'body'> {
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  const [, ...rest] = text.replace(/^HTTP\/1\.1 100 [^\r]*\r\n\r\n/, '').split('\r\n\r\n');
  return { statuses, body: rest.join('\r\n\r\n') };
}

/** The head of a request with the server's own token, unless the headers name another. */
export function headOf(server: TestServer, method: string, path: string, headers: string[] = []): string {
  const given = headers.some((header) => header.startsWith('Authorization')) ? [] : [`Authorization: Bearer ${server.ready.token}`];
  return [`${method} ${path} HTTP/1.1`, `Host: ${new URL(server.ready.url).host}`, ...given, ...headers].join('\r\n').concat('\r\n\r\n');
}
