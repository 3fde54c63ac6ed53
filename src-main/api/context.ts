/** Who is calling: through which door, with what permission, under which request id. */
import type { Scope } from '../contract/op';

/** `page` is the renderer in a browser, over /rpc; `window` the same renderer over its message port. */
export type CallerDoor = 'window' | 'page' | 'http' | 'ws' | 'mcp' | 'openai' | 'bus' | 'cli';

/** The initial context of every operation. */
export interface Caller {
  door: CallerDoor;
  /** The most that this caller may do; `admin` includes `write`, which includes `read`. */
  scope: Scope;
  /** Name of the token; `window` for the window. */
  user: string;
  /** Rate limits count by token; null for callers that are not limited. */
  token_id: string | null;
  /** Also in the answer's X-Request-Id and in the log. */
  request_id: string;
  /** Versions that the caller may change (`If-Match`); left out: any. */
  expected?: number[];
  /** Told the operation's name, for the log and the figures. */
  entered?: (operation: string) => void;
  /** Sets a header of the answer, where the door has those. */
  header?: (name: string, value: string) => void;
}

const RANK: Record<Scope, number> = { read: 0, write: 1, admin: 2 };

/** True when `held` is enough for an operation that needs `needed`. */
export const permits = (held: Scope, needed: Scope): boolean => RANK[held] >= RANK[needed];
