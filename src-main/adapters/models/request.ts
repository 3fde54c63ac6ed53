/** One HTTP request for a model: follows a few redirects, asks for the rest of a file, and breaks off when nothing comes. */
import { JobError } from '../../core/errors';

interface Broken {
  /** Nothing came for too long. */
  silent?: boolean;
  /** The server is there and has no time; so long (ms) it asks to be left alone. */
  waitMs?: number;
}

/** The connection broke; another one may go on. */
export class Interrupted extends Error {
  constructor(
    message: string,
    readonly how: Broken = {},
  ) {
    super(message);
  }
}

/** The part that is wanted: bytes from `from`, if the file is still the one that `validator` names and has `total` bytes. */
export interface Rest {
  from: number;
  validator: string | null;
  total: number | null;
}

export interface Reply {
  /** True when the bytes go on at `from`; false when they are those of the whole file. */
  resumed: boolean;
  /** Of the whole file; null when the server does not say. */
  total: number | null;
  validator: string | null;
  /** SHA-256 of the file as a model hub states it before it leads on to where the bytes lie; null elsewhere. */
  digest: string | null;
  /** Throws Interrupted. */
  pieces(): AsyncGenerator<Uint8Array>;
  /** Closes the connection. */
  end(): void;
}

export interface Patience {
  signal: AbortSignal;
  /** A connection that brings nothing for so long (ms) is broken off. */
  silenceMs: number;
}

const REDIRECTS_AT_MOST = 5;
/** Fewer bytes than this in the time that silence is allowed count as silence: such a source would take weeks. */
const DRIP_BYTES = 4_096;
/** Model hubs name the digest of a large file here. */
const HUB_DIGEST = 'x-linked-etag';
const MAY_PASS = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Throws Interrupted when another try may help, else JobError DOWNLOAD_FAILED. */
export async function ask(url: string, rest: Rest | null, patience: Patience): Promise<Reply> {
  const clock = createClock(patience);
  try {
    const found = await follow(new URL(url), rest, clock.signal);
    if (rest === null || !answersElse(found.response, rest)) return understand(found, rest, clock);
    await found.response.body?.cancel();
    clock.tick(DRIP_BYTES);
    return understand(await follow(new URL(url), null, clock.signal), null, clock);
  } catch (error) {
    // Before the clock is stopped: a stopped one looks like silence.
    const explained = clock.explain(error);
    clock.stop();
    throw explained;
  }
}

type Clock = ReturnType<typeof createClock>;

/** Aborts when nothing happens for too long, or when the caller does. */
function createClock({ signal: caller, silenceMs }: Patience) {
  const silence = new AbortController();
  const abort = () => silence.abort();
  let timer = setTimeout(abort, silenceMs);
  let heard = 0;
  return {
    signal: AbortSignal.any([caller, silence.signal]),
    tick(bytes: number): void {
      heard += bytes;
      if (heard < DRIP_BYTES) return;
      heard = 0;
      clearTimeout(timer);
      timer = setTimeout(abort, silenceMs);
    },
    /** Ends the clock and, if it is still open, the connection. */
    stop(): void {
      clearTimeout(timer);
      silence.abort();
    },
    explain(error: unknown): unknown {
      if (caller.aborted || error instanceof JobError || error instanceof Interrupted) return error;
      if (silence.signal.aborted)
        return new Interrupted(`${heard === 0 ? 'nothing' : 'hardly anything'} came for ${silenceMs / 1000} s`, { silent: true });
      return new Interrupted(reasonOf(error));
    },
  };
}

interface Found {
  response: Response;
  digest: string | null;
}

async function follow(start: URL, rest: Rest | null, signal: AbortSignal): Promise<Found> {
  // Model files are packed already; a server that packs them again would hide their length.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (rest) headers.range = `bytes=${rest.from}-`;
  if (rest?.validator) headers['if-range'] = rest.validator;
  let url = start;
  let digest: string | null = null;
  for (let redirects = 0; redirects <= REDIRECTS_AT_MOST; redirects += 1) {
    const response = await fetch(url, { headers, signal, redirect: 'manual' });
    digest ??= /^"?([0-9a-f]{64})"?$/i.exec(response.headers.get(HUB_DIGEST) ?? '')?.[1]?.toLowerCase() ?? null;
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (location === null) return { response, digest };
    await response.body?.cancel();
    url = next(url, location);
  }
  throw refused(`it leads on more than ${REDIRECTS_AT_MOST} times`);
}

function next(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from.href) : null;
  const plain = to?.protocol === 'http:' && from.protocol === 'http:';
  if (to && (to.protocol === 'https:' || plain)) return to;
  throw refused('it leads on to an address that is not safe');
}

const rangeOf = ({ headers }: Response) => /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');

/** The server has no such rest, or sends a part of something else: then the whole file is asked for. */
function answersElse(response: Response, { from, validator, total }: Rest): boolean {
  const { status, headers } = response;
  if (status !== 206) return status === 416;
  const [, begins, of] = rangeOf(response) ?? [];
  // Some servers do not know If-Range, and send the rest of whatever they have now.
  const [now, length] = [validatorOf(headers), numberOf(of)];
  const other = (validator !== null && now !== null && now !== validator) || (total !== null && length !== null && length !== total);
  // A part of packed bytes cannot be unpacked.
  return other || numberOf(begins) !== from || headers.has('content-encoding');
}

function understand({ response, digest }: Found, rest: Rest | null, clock: Clock): Reply {
  const { status, headers } = response;
  const resumed = status === 206 && rest !== null;
  if (MAY_PASS.has(status)) throw busy(status, headers);
  if (status !== 200 && !resumed) throw refused(`the server answered ${status}`);
  const whole = headers.has('content-encoding') ? null : headers.get('content-length');
  const total = resumed ? rangeOf(response)?.[2] : whole;
  return {
    resumed,
    total: numberOf(total),
    digest,
    validator: validatorOf(headers),
    pieces: () => pieces(response, clock),
    end: clock.stop,
  };
}

async function* pieces({ body }: Response, clock: Clock): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of body ?? []) {
      clock.tick((piece as Uint8Array).length);
      yield piece as Uint8Array;
    }
  } catch (error) {
    throw clock.explain(error);
  }
}

function validatorOf(headers: Headers): string | null {
  const tag = headers.get('etag');
  // Only a strong one may stand in If-Range.
  return tag?.startsWith('"') ? tag : headers.get('last-modified');
}

const numberOf = (digits: string | null | undefined) => (digits && /^\d+$/.test(digits) ? Number(digits) : null);

/** With the wait that `Retry-After` asks for, in seconds or as a date. */
function busy(status: number, headers: Headers): Interrupted {
  const asked = headers.get('retry-after');
  const seconds = numberOf(asked) ?? (Date.parse(asked ?? '') - Date.now()) / 1000;
  if (!(seconds > 0)) return new Interrupted(`the server answered ${status}`, { waitMs: 0 });
  return new Interrupted(`the server answered ${status} and asks to wait ${Math.ceil(seconds)} s`, { waitMs: seconds * 1000 });
}

const refused = (why: string) => new JobError('DOWNLOAD_FAILED', `The file could not be downloaded: ${why}.`, 'Check the address.');

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
