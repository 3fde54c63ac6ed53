/** The connection with a Neo4j server: one pool, every wait limited; what fails fails as MirrorError. */
import type { Driver, ManagedTransaction } from 'neo4j-driver';
import { MirrorError } from '../../core/ports/mirror';
import { mirrorError, TimeoutError } from './errors';

export interface Neo4jOptions {
  url: string;
  user: string;
  /** Null where the server asks for none. */
  password: string | null;
  /** Null: the user's default database. */
  database: string | null;
  /** Of this program, for the server's log. */
  version: string;
}

const CONNECT_MS = 5_000;
/** Waiting for a free connection of the pool. */
const ACQUIRE_MS = 8_000;
const POOL = 10;
/** How long the driver repeats what failed for a passing reason: a deadlock, a new leader. */
const RETRY_MS = 5_000;
/** A connection that was idle for longer is tried before it is used. */
const IDLE_MS = 10_000;

/** Whole numbers reach the server as such: a plain JavaScript number would be stored as a fraction. */
export const whole = (value: number) => BigInt(value);

export type Parameters = Record<string, unknown>;
/** Runs one query inside the transaction; each row as an object. */
export type Ask = <Row>(query: string, parameters?: Parameters) => Promise<Row[]>;

export interface Connection {
  /** One transaction that only reads; a follower of a cluster may answer. */
  read<T>(limitMs: number, work: (ask: Ask) => Promise<T>): Promise<T>;
  /** One transaction: all of it, or nothing. It may run twice. */
  write<T>(limitMs: number, work: (ask: Ask) => Promise<T>): Promise<T>;
  /** Outside of any transaction of ours, as changes of the schema must be. */
  alone(limitMs: number, query: string): Promise<void>;
  /** Where it is, without a password. */
  address: string;
  close(): Promise<void>;
}

export function connectNeo4j({ url, user, password, database, version }: Neo4jOptions): Connection {
  const address = withoutPassword(url);
  let driver: Promise<Driver> | null = null;
  let closed = false;
  async function open(): Promise<Driver> {
    if (closed) throw new MirrorError('failed', 'the connection was closed');
    // Loaded where it is used: the start of everybody else needs no driver.
    driver ??= import('neo4j-driver').then(({ default: neo4j }) =>
      neo4j.driver(url, password === null ? undefined : neo4j.auth.basic(user, password), {
        connectionTimeout: CONNECT_MS,
        connectionAcquisitionTimeout: ACQUIRE_MS,
        maxConnectionPoolSize: POOL,
        maxTransactionRetryTime: RETRY_MS,
        connectionLivenessCheckTimeout: IDLE_MS,
        disableLosslessIntegers: true,
        userAgent: `pressmark/${version}`,
      }),
    );
    return driver;
  }

  /** A connection on which nothing moves any more has no end of its own: it is given up, and the server rolls back. */
  async function transaction<T>(mode: 'READ' | 'WRITE', limitMs: number, work: (ask: Ask) => Promise<T>): Promise<T> {
    const session = (await open()).session({ ...(database === null ? {} : { database }), defaultAccessMode: mode });
    const given = { up: false };
    const inside = async (tx: ManagedTransaction) => {
      const result = await work(asking(tx));
      // Whoever waited has gone and will do it again: this must not be committed behind its back.
      if (given.up) throw new TimeoutError(limitMs);
      return result;
    };
    const config = { timeout: limitMs };
    const running = mode === 'READ' ? session.executeRead(inside, config) : session.executeWrite(inside, config);
    try {
      return await within(running, limitMs, () => {
        given.up = true;
        return new TimeoutError(limitMs);
      });
    } catch (error) {
      throw mirrorError(error);
    } finally {
      // Closing waits for the server; nobody waits for that.
      void session.close().catch(() => undefined);
    }
  }

  return {
    address,
    read: (limitMs, work) => transaction('READ', limitMs, work),
    write: (limitMs, work) => transaction('WRITE', limitMs, work),
    async alone(limitMs, query) {
      const session = (await open()).session(database === null ? {} : { database });
      try {
        await within(session.run(query), limitMs, () => new TimeoutError(limitMs));
      } catch (error) {
        throw mirrorError(error);
      } finally {
        void session.close().catch(() => undefined);
      }
    },
    async close() {
      const closing = driver?.then((opened) => opened.close()) ?? Promise.resolve();
      driver = null;
      closed = true;
      await within(closing, CONNECT_MS, () => new TimeoutError(CONNECT_MS)).catch(() => undefined);
    },
  };
}

const asking =
  (tx: ManagedTransaction): Ask =>
  async <Row>(query: string, parameters: Parameters = {}) => {
    const { records } = await tx.run(query, parameters);
    return records.map((record) => record.toObject() as Row);
  };

async function within<T>(work: Promise<T>, limitMs: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), limitMs);
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
    // What comes of it later is nobody's concern.
    work.catch(() => undefined);
  }
}

function withoutPassword(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
