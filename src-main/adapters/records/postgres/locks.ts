/** Locks between servers, held by one connection of their own: they end with it, so a dead server blocks nobody. */
import { Client } from 'pg';
import { AppError } from '../../../core/errors';
import { connectionOptions, outageOf, type Place } from './database';

const POLL_MS = 50;
const WAIT_MS = 60_000;
const ASK_MS = 10_000;
/** Names a lock by a number, as PostgreSQL wants it. */
const TRY = 'SELECT pg_try_advisory_lock(hashtextextended($1, 1)) AS got';
const RELEASE = 'SELECT pg_advisory_unlock(hashtextextended($1, 1))';

export interface Locks {
  /** Waits for it; within this process nobody else may ask for the same name meanwhile. @returns its end */
  claim(name: string): Promise<() => Promise<void>>;
  /** Whether this server holds it; takes it for good when nobody does. */
  hold(name: string): Promise<boolean>;
  close(): Promise<void>;
}

export function createLocks(place: Place): Locks {
  let connection: Promise<Client> | null = null;
  let current: Client | null = null;
  const held = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();

  /** One statement after the other. */
  function ask(text: string, name: string): Promise<{ got?: boolean }[]> {
    const mine = last.then(async () => {
      const client = await connected();
      const { rows } = await client.query<{ got?: boolean }>(text, [name]).catch((error: unknown) => {
        // What was asked may still be done, by a server that was only slow: its locks go with the connection.
        lose(client);
        client.end().catch(() => undefined);
        throw outageOf(error) ?? error;
      });
      return rows;
    });
    last = mine.catch(() => undefined);
    return mine;
  }

  function connected(): Promise<Client> {
    connection ??= open().catch((error: unknown) => {
      connection = null;
      throw outageOf(error) ?? error;
    });
    return connection;
  }

  function lose(client: Client): void {
    if (current !== client) return;
    current = null;
    connection = null;
    held.clear();
  }

  async function open(): Promise<Client> {
    const client = new Client({ ...connectionOptions(place), query_timeout: ASK_MS });
    client.on('error', () => lose(client));
    client.on('end', () => lose(client));
    await client.connect();
    current = client;
    return client;
  }

  async function take(name: string): Promise<boolean> {
    const [answer] = await ask(TRY, name);
    return answer?.got === true;
  }

  return {
    async claim(name) {
      const until = Date.now() + WAIT_MS;
      while (!(await take(name))) {
        if (Date.now() >= until) throw new AppError('CONFLICT', 'Another server works on the same file; try again when it has finished.');
        await new Promise((resume) => setTimeout(resume, POLL_MS));
      }
      const from = connection;
      return async () => {
        // Lost with its connection, it is free already.
        if (connection === from) await ask(RELEASE, name).catch(() => undefined);
      };
    },
    async hold(name) {
      if (held.has(name)) return true;
      if (await take(name)) held.add(name);
      return held.has(name);
    },
    async close() {
      await (await connection?.catch(() => null))?.end();
    },
  };
}
