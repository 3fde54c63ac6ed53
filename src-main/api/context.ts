/** Who is calling: through which door, with what permission, under which request id. */
import type { Scope } from '../contract/op';

/** `page` is the renderer in a browser, over /rpc; `window` the same renderer over its message port. */
export type CallerDoor = 'window' | 'page' | 'http' | 'ws';

/** The initial context of every operation. */
export interface Caller {
  door: CallerDoor;
  /** The most that this caller may do; `admin` includes `write`, which includes `read`. */
  scope: Scope;
  /** Also in the answer's X-Request-Id and in the log. */
  request_id: string;
}

const RANK: Record<Scope, number> = { read: 0, write: 1, admin: 2 };

/** True when `held` is enough for an operation that needs `needed`. */
export const permits = (held: Scope, needed: Scope): boolean => RANK[held] >= RANK[needed];
