/** The only wrapper of oRPC's contract builder: every operation of Pressmark is declared through `op`. */
import { oc } from '@orpc/contract';
import { ERRORS } from './errors';

/** What a caller must be allowed to do: look (`read`), change documents and chats (`write`), or change the installation (`admin`). */
export type Scope = 'read' | 'write' | 'admin';

/**
 * Who can reach an operation: everyone; only Pressmark's own pages, in the window or a browser (`renderer`: typed streams, for which
 * other programs have SSE and WebSocket); or only the window (`window`: operations that name local paths, never served over the network).
 */
export type Door = 'everywhere' | 'renderer' | 'window';

export interface OperationMeta {
  scope: Scope;
  door: Door;
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
}

/**
 * Starts the declaration of one operation; chain `.input(schema)` and `.output(schema)`.
 * IPC, HTTP, OpenAPI and the window's client all come from it.
 */
export function op(declaration: Declaration) {
  const { method, path, summary, description, tag, scope, status = 200, door = 'everywhere' } = declaration;
  return oc
    .$meta<OperationMeta>({ scope, door })
    .errors(ERRORS)
    .route({ method, path, summary, ...(description ? { description } : {}), tags: [tag], successStatus: status });
}
