/** Answers methods that an address does not have: 405 with `Allow`, and OPTIONS with the same list. */
import { isContractProcedure } from '@orpc/contract';
import type { NextFunction, Request, Response } from 'express';
import { contract } from '../contract';
import { sendFailure } from './envelope';
import { failed } from './errors';

/** Addresses that are no operations of the contract, with their methods. */
const FURTHER: Record<string, readonly string[]> = {
  '/openapi.json': ['GET'],
  '/mcp': ['GET', 'POST', 'DELETE'],
};

interface Address {
  group: string;
  pattern: RegExp;
  methods: string[];
}

/** Stands before every door; addresses that it does not know pass. */
export function methodGuard() {
  const groups = new Map<string, Address[]>();
  for (const address of addressesOf(contract)) groups.set(address.group, [...(groups.get(address.group) ?? []), address]);
  return ({ method, path }: Request, response: Response, next: NextFunction): void => {
    const known = groups.get(groupOf(path))?.find(({ pattern }) => pattern.test(path));
    if (!known || (known.methods.includes(method) && method !== 'OPTIONS')) next();
    else refuse(response, { method, path, allowed: known.methods });
  };
}

function refuse(response: Response, { method, path, allowed }: { method: string; path: string; allowed: string[] }): void {
  response.setHeader('Allow', allowed.join(', '));
  const message = `${path} does not take ${method}; it takes ${allowed.join(', ')}.`;
  if (method === 'OPTIONS') response.status(204).end();
  else sendFailure(response, failed('METHOD_NOT_ALLOWED', message, { method, allowed }));
}

/** Fixed addresses stand before those with parameters, so that `/documents/upload` is no document. */
function addressesOf(operations: typeof contract): Address[] {
  const methodsAt = new Map<string, Set<string>>();
  for (const [path, method] of routesOf(operations)) methodsAt.set(path, (methodsAt.get(path) ?? new Set()).add(method));
  const fixedFirst = [...methodsAt].sort(([a], [b]) => Number(a.includes('{')) - Number(b.includes('{')));
  return fixedFirst.map(([path, methods]) => ({ group: groupOf(path), pattern: patternOf(path), methods: withImplied(methods) }));
}

function routesOf(operations: typeof contract): [path: string, method: string][] {
  const declared = Object.values(operations).flatMap((group) => Object.values(group).filter(isContractProcedure));
  const open = declared.filter((operation) => operation['~orpc'].meta.door === 'everywhere').map((operation) => operation['~orpc'].route);
  const further = Object.entries(FURTHER).flatMap(([path, methods]) => methods.map((method): [string, string] => [path, method]));
  return [...open.map(({ path, method }): [string, string] => [path ?? '', method ?? '']), ...further];
}

/** GET answers HEAD as well (RFC 9110 §9.3.2). */
const withImplied = (methods: Set<string>): string[] => [...methods, ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'];

/** `/api/documents` for all that begins so: an address is then compared with a few patterns instead of with all. */
export const groupOf = (path: string): string => path.split('/', 3).join('/');

const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .replace(/[.]/g, '\\.')
      .replace(/\{\+\w+\}/g, '.+')
      .replace(/\{\w+\}/g, '[^/]+')}/?$`,
  );
