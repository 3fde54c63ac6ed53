/** Progress notifications of one request: ever growing numbers, a few a second at most, none when nobody asked. */

const EVERY_MS = 200;

export interface Progress {
  progressToken: string | number;
  progress: number;
  message: string;
  [key: string]: unknown;
}

/** The first message and each change of kind is sent at once; counts in between are thinned out. */
export function createProgress(token: string | number | undefined, send: (params: Progress) => Promise<void>): (message: string) => void {
  if (token === undefined) return () => undefined;
  let progress = 0;
  let sentAt = 0;
  let kind = '';
  return (message) => {
    progress += 1;
    const now = Date.now();
    const nextKind = message.split(':')[0] ?? '';
    if (nextKind === kind && now - sentAt < EVERY_MS) return;
    sentAt = now;
    kind = nextKind;
    // A client that has gone is noticed by the request's own signal.
    send({ progressToken: token, progress, message }).catch(() => undefined);
  };
}
