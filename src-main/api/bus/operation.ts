/** Finds the operation that a task names: `projects.create`, or `POST /api/projects` with whatever stands in the address. */
import { contract } from '../../contract';
import type { OperationMeta } from '../../contract/op';
import { AppError } from '../../core/errors';

export interface Operation {
  group: string;
  name: string;
  method: string;
  path: string;
  summary: string;
  meta: Partial<OperationMeta>;
  inputSchema: unknown;
}

export interface Endpoint {
  method: string;
  path: string;
  description: string;
}

/** Every operation of the contract, group by group. */
export const OPERATIONS: readonly Operation[] = Object.entries(contract).flatMap(([group, operations]) =>
  Object.entries(operations).map(([name, { '~orpc': declared }]) => ({
    group,
    name,
    method: declared.route.method ?? 'POST',
    path: declared.route.path ?? '',
    summary: declared.route.summary ?? '',
    meta: declared.meta,
    inputSchema: declared.inputSchema,
  })),
);

export const endpointOf = ({ method, path, summary }: Operation): Endpoint => ({ method, path, description: summary });

/** What other programs can call over HTTP. */
export const isPublic = ({ meta }: Operation): boolean => meta.door === 'everywhere';

export interface Named {
  operation: Operation;
  /** What the address itself says: path and query parameters, as text. */
  parameters: Record<string, string>;
}

/** @throws AppError that lists what would be right */
export function findOperation(wanted: string): Named {
  const text = wanted.trim();
  const byName = OPERATIONS.find(({ group, name }) => `${group}.${name}`.toLowerCase() === text.toLowerCase().replace(/[/:]/g, '.'));
  const named = byName ? { operation: byName, parameters: {} } : byRoute(text);
  if (named) return admitted(named);
  const names = OPERATIONS.filter(isPublic).map(({ group, name }) => `${group}.${name}`);
  throw new AppError('NOT_FOUND', `There is no operation "${text.slice(0, 200)}". There are: ${names.join(', ')}.`, { operations: names });
}

const ROUTE = /^(GET|POST|PUT|DELETE)\s+(?:https?:\/\/[^/\s]+)?(\/[^\s?#]*)(?:\?([^\s#]*))?$/i;

function byRoute(text: string): Named | null {
  const [, method = '', address = '', query = ''] = ROUTE.exec(text) ?? [];
  if (address === '') return null;
  const parts = partsOf(address);
  // A fixed address wins over one with parameters: /documents/upload is no document.
  const candidates = OPERATIONS.filter((each) => each.method === method.toUpperCase()).sort((a, b) => holes(a.path) - holes(b.path));
  for (const operation of candidates) {
    const inPath = matched(partsOf(operation.path), parts);
    if (inPath) return { operation, parameters: { ...Object.fromEntries(new URLSearchParams(query)), ...inPath } };
  }
  return null;
}

const holes = (path: string): number => path.split('{').length;
const partsOf = (path: string): string[] =>
  path
    .replace(/^\/api(?=\/|$)/, '')
    .split('/')
    .filter(Boolean);

/** Parameters that are still written as `{id}` are left to the input. */
function matched(pattern: string[], parts: string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const found: Record<string, string> = {};
  for (const [index, wanted] of pattern.entries()) {
    const given = decoded(parts[index] ?? '');
    const hole = /^\{\+?(\w+)\}$/.exec(wanted)?.[1];
    if (hole === undefined && wanted !== given) return null;
    if (hole !== undefined && !/^[{:]/.test(given)) found[hole] = given;
  }
  return found;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function admitted(named: Named): Named {
  const { group, name, meta } = named.operation;
  if (meta.door === 'window') {
    throw new AppError(
      'FORBIDDEN',
      `${group}.${name} is for the window of Pressmark only, since it names local files; documents.upload takes files of the bus folder.`,
    );
  }
  if (meta.door === 'renderer') {
    throw new AppError('FORBIDDEN', `${group}.${name} is a stream, which a file cannot hold; use chat.ask, or the WebSocket at /api/ws.`);
  }
  if (meta.scope === 'admin') {
    throw new AppError(
      'FORBIDDEN',
      `${group}.${name} changes the installation, which the bus may not do; use HTTP with a token of the scope "admin".`,
    );
  }
  return named;
}
