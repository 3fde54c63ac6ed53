/** The only wrapper of oRPC's contract builder: every operation of Pressmark is declared through `op`. */
import { oc } from '@orpc/contract';
import { z } from 'zod';
import { ERRORS } from './errors';

/** What a caller must be allowed to do: look (`read`), change documents and chats (`write`), or change the installation (`admin`). */
export const scope = z.enum(['read', 'write', 'admin']);
export type Scope = z.output<typeof scope>;

/** What an operation costs, which decides how often a token may ask for it: `heavy` ones keep the model or the disk busy. */
export type Cost = 'light' | 'medium' | 'heavy';

/**
 * Who can reach an operation: everyone; only Pressmark's own pages, in the window or a browser (`renderer`: typed streams, for which
 * other programs have SSE and WebSocket); or only the window (`window`: operations that name local paths, never served over the network).
 */
export type Door = 'everywhere' | 'renderer' | 'window';

export interface OperationMeta {
  scope: Scope;
  door: Door;
  cost: Cost;
  /** `openai`: that protocol's own shapes instead of the envelope, below /v1. */
  protocol?: 'openai' | undefined;
}

interface Declaration {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Route below the server's root, with `{name}` for path parameters and no trailing slash. */
  path: `/${string}`;
  /** One line for the API documentation. */
  summary: string;
  description?: string;
  tag: string;
  scope: Scope;
  /** HTTP status of success; 200 when left out. */
  status?: 200 | 201 | 202;
  door?: Door;
  cost?: Cost;
  protocol?: OperationMeta['protocol'];
}

/**
 * Starts the declaration of one operation; chain `.input(schema)` and `.output(schema)`.
 * IPC, HTTP, OpenAPI and the window's client all come from it.
 */
export function op(declaration: Declaration) {
  const { method, path, summary, description, tag, scope, status = 200, door = 'everywhere', cost = 'light', protocol } = declaration;
  return oc
    .$meta<OperationMeta>({ scope, door, cost, ...(protocol ? { protocol } : {}) })
    .errors(ERRORS)
    .route({ method, path, summary, ...(description ? { description } : {}), tags: [tag], successStatus: status });
}
