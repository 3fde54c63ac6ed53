/** Calls to a Chroma server, each with an end; what goes wrong is told apart by what can be done about it. */
import type { AdminClient, ChromaClient } from 'chromadb';
import { z } from 'zod';
import { MirrorError, type MirrorTrouble } from '../../core/ports/mirror';

type Library = typeof import('chromadb');
/** A quarter of a second that only those spend who use it. */
const load = (): Promise<Library> => import('chromadb');
/** Errors are known by name, as their classes come with the library. */
const isCalled = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

export interface ChromaPlace {
  url: string;
  token: string | null;
  tenant: string | null;
  database: string | null;
}

const listed = z.array(z.object({ id: z.string(), name: z.string(), metadata: z.record(z.string(), z.unknown()).nullish() }));
export type ListedCollection = z.output<typeof listed>[number];

export interface ChromaCalls {
  address: string;
  /** @throws MirrorError, or whatever `work` itself threw as one */
  call<T>(limit_ms: number, work: (client: ChromaClient) => Promise<T>): Promise<T>;
  /**
   * A page of everybody's collections. Not through the client: that loads the embedding function of each, and complains on the console of
   * those which are not installed here.
   */
  list(limit_ms: number, limit: number, offset: number): Promise<ListedCollection[]>;
  /** Makes the tenant and the database where they are missing. */
  ensureDatabase(limit_ms: number): Promise<void>;
  /** Cuts off what is under way, and whatever is called later. */
  close(): void;
}

export function createChromaCalls({ url, token, tenant, database }: ChromaPlace): ChromaCalls {
  const { hostname, port, protocol, origin } = new URL(url);
  const ssl = protocol === 'https:';
  const closing = new AbortController();
  const place = {
    host: hostname,
    port: port === '' ? (ssl ? 443 : 80) : Number(port),
    ssl,
    tenant: tenant ?? 'default_tenant',
    database: database ?? 'default_database',
    // Servers differ in which of the two they look at.
    headers: token === null ? {} : { 'x-chroma-token': token, authorization: `Bearer ${token}` },
  };
  async function within<T>(limit_ms: number, work: (library: Library, fetchOptions: RequestInit) => Promise<T>): Promise<T> {
    const library = await load();
    const late = AbortSignal.timeout(limit_ms);
    try {
      return await work(library, { signal: AbortSignal.any([late, closing.signal]) });
    } catch (error) {
      throw troubleOf(error, late.aborted ? `nothing came within ${limit_ms / 1000} s` : null);
    }
  }

  return {
    address: origin,
    // A client only holds options: a new one for each call is how a call gets an end of its own.
    call: (limit_ms, work) => within(limit_ms, ({ ChromaClient: Client }, fetchOptions) => work(new Client({ ...place, fetchOptions }))),
    list: (limit_ms, limit, offset) =>
      within(limit_ms, async (library, fetchOptions) => {
        const path = `tenants/${encodeURIComponent(place.tenant)}/databases/${encodeURIComponent(place.database)}/collections`;
        const address = `${origin}/api/v2/${path}?limit=${limit}&offset=${offset}`;
        const answer = await fetch(address, { headers: place.headers, ...fetchOptions }).catch((error: unknown) => {
          throw new library.ChromaConnectionError('no connection', error);
        });
        if (answer.ok) return listed.parse(await answer.json());
        if (answer.status === 401) throw new library.ChromaUnauthorizedError('not allowed');
        throw new Error(`${answer.status} for the list of collections`);
      }),
    ensureDatabase: (limit_ms) =>
      within(limit_ms, ({ AdminClient: Client }, fetchOptions) => ensureDatabase(new Client({ ...place, fetchOptions }), place)),
    close: () => closing.abort(),
  };
}

async function ensureDatabase(admin: AdminClient, { tenant, database: name }: { tenant: string; database: string }): Promise<void> {
  const unless = (expected: string) => (error: unknown) => {
    if (!isCalled(error, expected)) throw error;
  };
  if (await admin.getDatabase({ name, tenant }).catch(unless('ChromaNotFoundError'))) return;
  await admin.createTenant({ name: tenant }).catch(unless('ChromaUniqueError'));
  await admin.createDatabase({ name, tenant }).catch(unless('ChromaUniqueError'));
}

function troubleOf(error: unknown, late: string | null): MirrorError {
  if (error instanceof MirrorError) return error;
  const as = (trouble: MirrorTrouble, message: string) => new MirrorError(trouble, message, { cause: error });
  if (late !== null) return as('slow', late);
  if (isCalled(error, 'ChromaConnectionError')) return as('unreachable', 'no connection');
  if (isCalled(error, 'ChromaAuthError')) return as('denied', 'the token is missing or wrong');
  if (isCalled(error, 'ChromaForbiddenError')) return as('denied', 'the token does not allow it');
  return as('failed', (error instanceof Error ? error.message : String(error)).slice(0, 300));
}

/** Whether that was about something which is not there. */
export const isMissing = (error: unknown): boolean => error instanceof MirrorError && isCalled(error.cause, 'ChromaNotFoundError');
