/** LISTEN and NOTIFY: triggers say which row was changed by which server; a connection of its own hears it, and is made anew when it breaks. */
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { News, Outage, Peers } from '../../../core/ports/peers';
import type { Log } from '../../../core/ports/runtime';
import { connectionOptions, type Database, outageOf, type Place } from './database';

const CHANNEL = 'pressmark';
/** Connections. */
const TOO_MANY = '53300';
/** Waits between attempts to connect again: 0.25 s, 0.5 s … 4 s. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4_000;
/** A connection that nothing comes through may be dead without anybody having said so. */
const ALIVE_MS = 10_000;

interface Heard {
  listeners: ((news: News) => void)[];
  tell(news: News): void;
}

/** Connects in the background; until then, and after each break, everything may have changed. */
export function createPeers(place: Place, database: Database, log: Log): Peers {
  const heard: Heard = {
    listeners: [],
    tell(news) {
      for (const listener of this.listeners) listener(news);
    },
  };
  const closing = new AbortController();
  let outage: Outage | null = null;
  const listening = keepListening({
    place,
    closing: closing.signal,
    heard,
    changed(error) {
      if (error === null) {
        if (outage) log.info('PostgreSQL is back', { since: outage.since });
        outage = null;
        database.watch.away = null;
        return;
      }
      const away = outageOf(error);
      // Those that are connected already may work all the same.
      database.watch.away = 'code' in error && error.code === TOO_MANY ? null : away;
      if (!outage) log.warn('PostgreSQL cannot be reached', { message: error.message });
      outage = { since: outage?.since ?? new Date().toISOString(), message: away?.message ?? error.message };
    },
  });
  return {
    hear: (listener) => void heard.listeners.push(listener),
    async cancel(job_id) {
      await database.rows('SELECT pg_notify($1, $2)', [CHANNEL, `${place.server} cancel ${job_id}`]);
    },
    outage: () => outage,
    async close() {
      closing.abort();
      await listening;
    },
  };
}

interface Listening {
  place: Place;
  closing: AbortSignal;
  heard: Heard;
  changed(error: Error | null): void;
}

/** A connection that breaks may be the only one that did: the server is away when another one cannot be made. */
async function keepListening(what: Listening): Promise<void> {
  const { closing, heard, changed } = what;
  let wait = 0;
  let first = true;
  const ready = () => {
    changed(null);
    wait = 0;
    if (!first) heard.tell({ about: 'everything' });
    first = false;
  };
  while (!closing.aborted) {
    let connected = false;
    try {
      await listen(what, () => {
        connected = true;
        ready();
      });
    } catch (error) {
      first = false;
      if (!connected && !closing.aborted) changed(error instanceof Error ? error : new Error(String(error)));
    }
    if (!connected) wait = Math.min(Math.max(wait * 2, FIRST_WAIT_MS), LONGEST_WAIT_MS);
    await pause(Math.max(wait, 20), undefined, { signal: closing }).catch(() => undefined);
  }
}

/** Until the connection breaks, or the program closes. */
async function listen({ place, closing, heard }: Listening, ready: () => void): Promise<void> {
  const client = new Client({ ...connectionOptions(place), query_timeout: ALIVE_MS });
  let stop: () => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    stop = resolve;
    client.on('error', reject);
    client.on('end', () => reject(new Error('Connection terminated')));
  });
  closing.addEventListener('abort', stop, { once: true });
  ended.catch(() => undefined);
  client.on('notification', ({ payload = '' }) => {
    const news = read(payload, place.server);
    if (news) heard.tell(news);
  });
  let alive: NodeJS.Timeout | undefined;
  try {
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    ready();
    const asked = new Promise<void>((_resolve, reject) => {
      alive = setInterval(() => client.query('SELECT 1').catch(reject), ALIVE_MS);
    });
    await Promise.race([ended, asked]);
  } finally {
    clearInterval(alive);
    closing.removeEventListener('abort', stop);
    client.removeAllListeners('end');
    client.on('error', () => undefined);
    void client.end().catch(() => undefined);
  }
}

const ABOUT = new Set<News['about']>(['job', 'document', 'setting', 'token', 'original_removed', 'document_removed', 'folder', 'cancel']);

/** `server about id [project]`; null for what this server did itself, and for what a newer one may say. */
function read(payload: string, server: string): News | null {
  const [from, about, id, project_id = ''] = payload.split(' ');
  if (from === server || id === undefined || !ABOUT.has(about as News['about'])) return null;
  return { about, id, project_id } as News;
}
