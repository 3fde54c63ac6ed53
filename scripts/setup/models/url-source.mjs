/** Downloads one URL into a partial file; goes on where an earlier try stopped (RFC 9110 §14 Range). */
import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const CONNECT_MS = 4_000;
const SILENCE_MS = 20_000;
const TRIES = 3;

/**
 * A downloader that asks no host again that could not be reached once.
 * @param {{log: (line: string) => void}} options
 * @returns {(url: string, part: string, bytes: number) => Promise<void>} fills `part`; throws with the reason
 */
export function createDownloader({ log }) {
  const deadHosts = new Set();
  return async (url, part, bytes) => {
    const { host } = new URL(url);
    if (deadHosts.has(host)) throw new Error(`${host} could not be reached before`);
    for (let attempt = 1; ; attempt++) {
      try {
        return await continueDownload(url, part, bytes, log);
      } catch (error) {
        if (error.unreachable) deadHosts.add(host);
        if (error.unreachable || error.final || attempt === TRIES) throw error;
      }
    }
  };
}

async function continueDownload(url, part, bytes, log) {
  const have = await sizeOf(part);
  if (have === bytes) return;
  if (have > bytes) await rm(part);
  const offset = have > bytes ? 0 : have;
  const stop = new AbortController();
  const response = await connect(url, offset, stop);
  const resumed = response.status === 206;
  const watch = silenceWatch(stop);
  const progress = progressLine(bytes, resumed ? offset : 0, url, log);
  try {
    await pipeline(Readable.fromWeb(response.body), watch.tap(progress), createWriteStream(part, { flags: resumed ? 'a' : 'w' }), {
      signal: stop.signal,
    });
  } catch (error) {
    throw new Error(`the connection broke off (${error.cause?.message ?? error.message})`);
  } finally {
    watch.end();
  }
  const got = await sizeOf(part);
  if (got < bytes) throw new Error(`only ${got} of ${bytes} bytes came`);
}

async function connect(url, offset, stop) {
  const timer = setTimeout(() => stop.abort(new Error(`no answer in ${CONNECT_MS / 1000} s`)), CONNECT_MS);
  try {
    const response = await fetch(url, { headers: offset > 0 ? { range: `bytes=${offset}-` } : {}, signal: stop.signal });
    if (response.ok && response.body) return response;
    throw Object.assign(new Error(`the server answered ${response.status}`), { final: true });
  } catch (error) {
    if (error.final) throw error;
    throw Object.assign(new Error(`${new URL(url).host} cannot be reached (${error.cause?.message ?? error.message})`), {
      unreachable: true,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** A stalled connection is broken off, so that the next try can resume it. */
function silenceWatch(stop) {
  const abort = () => stop.abort(new Error(`silent for ${SILENCE_MS / 1000} s`));
  let timer = setTimeout(abort, SILENCE_MS);
  const end = () => clearTimeout(timer);
  const tap = (onPiece) =>
    new Transform({
      transform(piece, _encoding, done) {
        end();
        timer = setTimeout(abort, SILENCE_MS);
        onPiece(piece.length);
        done(null, piece);
      },
    });
  return { tap, end };
}

function progressLine(total, start, url, log) {
  let got = start;
  let told = Date.now();
  return (more) => {
    got += more;
    if (Date.now() - told < 2_000) return;
    told = Date.now();
    log(`${new URL(url).pathname.split('/').at(-1)}: ${Math.round((100 * got) / total)} % of ${Math.round(total / 1e6)} MB`);
  };
}

async function sizeOf(path) {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
