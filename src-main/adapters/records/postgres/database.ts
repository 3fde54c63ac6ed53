/** The connections to PostgreSQL: a pool whose failures are told as an outage, and transactions that are tried again when two collide. */
import { Pool, type PoolClient, type QueryResultRow, types } from 'pg';
import { AppError, outage } from '../../../core/errors';
import { storable } from './values';

/** Statements on one connection, or each on any of the pool. */
export interface Query {
  rows<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  /** The first row. */
  row<Row extends object>(text: string, values?: unknown[]): Promise<Row | undefined>;
  /** How many rows were changed. */
  run(text: string, values?: unknown[]): Promise<number>;
}

/** Whoever watches the server writes down here that it is away: statements then fail at once instead of waiting for it. */
export interface Watch {
  away: AppError | null;
}

export interface Database extends Query {
  pool: Pool;
  watch: Watch;
  /** Begins anew when another transaction stood in its way, so `work` must not change anything else. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
}

export interface Place {
  url: string;
  /** Of this server among those on the same database: what it changes is announced to the others as coming from it. */
  server: string;
}

const CONNECTIONS = 10;
const CONNECT_MS = 5_000;
/** No statement of Pressmark takes nearly as long; what hangs on a dead network ends. */
const STATEMENT_MS = 120_000;
const TRIES = 6;
/** How soon the server misses a machine that went down, whose locks stand in the way: after about 20 seconds. */
const KEEP_ALIVE = '-c tcp_keepalives_idle=8 -c tcp_keepalives_interval=4 -c tcp_keepalives_count=3';
const INT8 = 20;
/** Deadlock, and a transaction that cannot be put in a row with others. */
const COLLISIONS = new Set<unknown>(['40P01', '40001']);

/** The options of every connection to this place. */
export const connectionOptions = ({ url, server }: Place) => ({
  connectionString: url,
  application_name: 'pressmark',
  options: `-c pressmark.server=${server} ${KEEP_ALIVE}`,
  connectionTimeoutMillis: CONNECT_MS,
  keepAlive: true,
  // Rows and counts stay far below 2^53.
  types: {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === INT8 ? Number : types.getTypeParser(oid, format as 'text')) as typeof types.getTypeParser,
  },
});

/** Connects with the first statement. */
export function connect(place: Place): Database {
  const pool = new Pool({ ...connectionOptions(place), max: CONNECTIONS, query_timeout: STATEMENT_MS });
  // An idle connection that breaks leaves the pool; the next statement makes another one.
  pool.on('error', () => undefined);
  const watch: Watch = { away: null };
  return { pool, watch, ...eachAgain(queriesOf(pool, watch)), transaction: (work) => again(() => once(pool, watch, work)) };
}

function queriesOf(runner: Pool | PoolClient, watch: Watch): Query {
  const ask = async <Row extends QueryResultRow>(text: string, values: unknown[] = []) => {
    if (watch.away) throw watch.away;
    return runner.query<Row>(text, values.map(storable)).catch((error: unknown) => {
      throw outageOf(error) ?? error;
    });
  };
  return {
    rows: async <Row extends object>(text: string, values?: unknown[]) => (await ask<Row & QueryResultRow>(text, values)).rows as Row[],
    row: async <Row extends object>(text: string, values?: unknown[]) =>
      (await ask<Row & QueryResultRow>(text, values)).rows[0] as Row | undefined,
    run: async (text, values) => (await ask(text, values)).rowCount ?? 0,
  };
}

/** A statement that is a transaction of its own. */
const eachAgain = ({ rows, row, run }: Query): Query => ({
  rows: (text, values) => again(() => rows(text, values)),
  row: (text, values) => again(() => row(text, values)),
  run: (text, values) => again(() => run(text, values)),
});

async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === TRIES || !(error instanceof Error && 'code' in error && COLLISIONS.has(error.code))) throw error;
      await new Promise((resume) => setTimeout(resume, Math.random() * 20 * tries));
    }
  }
}

async function once<T>(pool: Pool, watch: Watch, work: (query: Query) => Promise<T>): Promise<T> {
  if (watch.away) throw watch.away;
  const client = await pool.connect().catch((error: unknown) => {
    throw outageOf(error) ?? error;
  });
  let broken: Error | undefined;
  const lost = (error: Error) => {
    broken = error;
  };
  client.on('error', lost);
  try {
    const query = queriesOf(client, watch);
    await query.run('BEGIN');
    const result = await work(query);
    await query.run('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(lost);
    throw error;
  } finally {
    client.off('error', lost);
    client.release(broken);
  }
}

const UNREACHABLE = new Set<unknown>([
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT'],
  // It stops, has crashed, starts up, or takes no more connections; a read-only stand-in.
  ...['57P01', '57P02', '57P03', '53300', '25006'],
  // Wrong password, no rights, no such database.
  ...['28P01', '28000', '3D000'],
]);
const BROKEN = /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|Query read timeout/;

/** UNAVAILABLE when this error means that the server cannot be reached or does not let Pressmark in; null for any other. */
export function outageOf(error: unknown): AppError | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof AppError) return null;
  const code = 'code' in error ? error.code : undefined;
  const lost = UNREACHABLE.has(code) || (typeof code === 'string' && /^08\w{3}$/.test(code)) || BROKEN.test(error.message);
  if (!lost) return error.cause === undefined ? null : outageOf(error.cause);
  const reason = error.message || String(code);
  return outage('postgres', `PostgreSQL cannot be reached (${reason}); Pressmark goes on by itself when it is back.`);
}
