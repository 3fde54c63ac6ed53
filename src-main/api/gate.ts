/** What every operation passes, whatever its door: scope, rate limit, and the audit log afterwards. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { contract } from '../contract';
import type { AuditOutcome } from '../contract/audit';
import type { Cost, OperationMeta } from '../contract/op';
import { AppError } from '../core/errors';
import type { Services } from '../core/services';
import { type Caller, type CallerDoor, permits } from './context';
import type { Failed } from './errors';
import type { Metrics } from './metrics';

type Route = { method?: string | undefined; path?: string | undefined };

/** What the gate needs to know of an operation: a contract procedure has it all in `~orpc`. */
export interface Declared {
  meta: Partial<OperationMeta>;
  route: Route;
}

export interface Gate {
  /** @throws AppError FORBIDDEN or TOO_MANY_REQUESTS */
  enter(caller: Caller, operation: Declared): Promise<void>;
  /** Notes a change in the audit log; reading is not noted. */
  leave(caller: Caller, operation: Declared, outcome: Outcome): Promise<void>;
}

export interface Outcome {
  input: unknown;
  output?: unknown;
  failure?: Failed;
}

const WINDOW_S = 60;
/** The person at the desk is not limited, and neither are programs that share the process. */
const UNLIMITED = new Set<CallerDoor>(['window', 'page', 'cli', 'bus']);

export function createGate({ settings, audit }: Services, metrics: Metrics): Gate {
  const limits = createLimits(settings);
  return {
    async enter(caller, { meta, route }) {
      caller.entered?.(operationName(route));
      admit(caller, meta);
      await limits.count(caller, meta.cost ?? 'light');
    },
    async leave(caller, operation, { input, output, failure }) {
      const name = operationName(operation.route);
      const outcome: AuditOutcome = !failure ? 'done' : failure.status >= 500 ? 'failed' : 'refused';
      metrics.operation({ operation: name, door: caller.door, outcome });
      if (!changes(operation)) return;
      const details = { ...named(input), ...named(output), ...(failure ? { code: failure.code } : {}) };
      await audit.record(caller, name, outcome, details);
    },
  };
}

/** Refuses a caller whose door or scope does not reach the operation. */
function admit({ door, scope }: Caller, operation: Partial<OperationMeta>): void {
  if (operation.door === 'window' && door !== 'window') {
    throw new AppError('FORBIDDEN', 'Only the window of Pressmark may do this, since it names local files; upload them instead.');
  }
  const needed = operation.scope ?? 'admin';
  if (!permits(scope, needed)) throw new AppError('FORBIDDEN', `This needs a token with the scope "${needed}".`, { scope, needed });
}

/** Looking at the audit log or the tokens needs `admin` and changes nothing. */
const changes = ({ meta, route }: Declared): boolean => meta.scope !== undefined && meta.scope !== 'read' && route.method !== 'GET';

/** Requests by token in a minute, for each class of cost. */
function createLimits(settings: Services['settings']) {
  let limiters: Partial<Record<Cost, RateLimiterMemory>> = {};
  const limiter = (points: number) => (points === 0 ? {} : new RateLimiterMemory({ points, duration: WINDOW_S }));
  let said = '';
  settings.onChange(({ heavy_requests_per_minute: heavy, medium_requests_per_minute: medium }) => {
    // A change of another setting must not give everybody a fresh minute.
    if (said === `${heavy} ${medium}`) return;
    said = `${heavy} ${medium}`;
    limiters = Object.fromEntries(
      Object.entries({ heavy: limiter(heavy), medium: limiter(medium) }).filter(([, made]) => made instanceof RateLimiterMemory),
    );
  });

  async function count({ door, token_id, header }: Caller, cost: Cost): Promise<void> {
    const limiting = limiters[cost];
    if (!limiting || token_id === null || UNLIMITED.has(door)) return;
    const result = await limiting.consume(token_id).catch((refused: unknown) => {
      if (refused instanceof RateLimiterRes) return refused;
      throw refused;
    });
    const reset_s = Math.ceil(result.msBeforeNext / 1000);
    header?.('RateLimit-Limit', String(limiting.points));
    header?.('RateLimit-Remaining', String(Math.max(0, result.remainingPoints)));
    header?.('RateLimit-Reset', String(reset_s));
    header?.('RateLimit-Policy', `${limiting.points};w=${WINDOW_S}`);
    if (result.consumedPoints <= limiting.points) return;
    throw new AppError('TOO_MANY_REQUESTS', `This token may make ${limiting.points} such requests a minute; wait ${reset_s} s.`, {
      limit: limiting.points,
      window_s: WINDOW_S,
      retry_after_s: reset_s,
    });
  }

  return { count };
}

const NAMES = new Map<string, string>();
for (const [group, operations] of Object.entries(contract)) {
  for (const [name, operation] of Object.entries(operations)) NAMES.set(routeOf(operation['~orpc'].route), `${group}.${name}`);
}

function routeOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

/** `projects.create` for POST /api/projects. */
export const operationName = (route: Route): string => NAMES.get(routeOf(route)) ?? routeOf(route);

const NAMED = ['id', 'project_id', 'document_id', 'conversation_id', 'job_id', 'name', 'filename', 'kind'];
const LONGEST = 200;

/** Ids and names among the top fields, which say what was changed without saying what is in it. */
function named(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).filter(([key, field]) => NAMED.includes(key) && typeof field === 'string');
  return Object.fromEntries(entries.map(([key, field]) => [key, String(field).slice(0, LONGEST)]));
}
