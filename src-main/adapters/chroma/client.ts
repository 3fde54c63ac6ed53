/** Calls to a Chroma server, each with an end; what goes wrong is told apart by what can be done about it. */
import { ChromaClient, ChromaConnectionError, ChromaForbiddenError, ChromaNotFoundError, ChromaUnauthorizedError } from 'chromadb';
import { MirrorError, type MirrorTrouble } from '../../core/ports/mirror';

export interface ChromaPlace {
  url: string;
  token: string | null;
  tenant: string | null;
  database: string | null;
}

export interface ChromaCalls {
  address: string;
  /** @throws MirrorError, or whatever `work` itself threw as one */
  call<T>(limit_ms: number, work: (client: ChromaClient) => Promise<T>): Promise<T>;
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
  return {
    address: origin,
    async call(limit_ms, work) {
      const late = AbortSignal.timeout(limit_ms);
      // A client only holds options: a new one for each call is how a call gets an end of its own.
      const client = new ChromaClient({ ...place, fetchOptions: { signal: AbortSignal.any([late, closing.signal]) } });
      try {
        return await work(client);
      } catch (error) {
        throw troubleOf(error, late.aborted ? `nothing came within ${limit_ms / 1000} s` : null);
      }
    },
    close: () => closing.abort(),
  };
}

function troubleOf(error: unknown, late: string | null): MirrorError {
  if (error instanceof MirrorError) return error;
  const as = (trouble: MirrorTrouble, message: string) => new MirrorError(trouble, message, { cause: error });
  if (late !== null) return as('slow', late);
  if (error instanceof ChromaConnectionError) return as('unreachable', 'no connection');
  if (error instanceof ChromaUnauthorizedError) return as('denied', 'the token is missing or wrong');
  if (error instanceof ChromaForbiddenError) return as('denied', 'the token does not allow it');
  return as('failed', (error instanceof Error ? error.message : String(error)).slice(0, 300));
}

/** Whether that was about something which is not there. */
export const isMissing = (error: unknown): boolean => error instanceof MirrorError && error.cause instanceof ChromaNotFoundError;
