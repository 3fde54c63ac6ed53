/** Reads a task file's text: which operation, with which input, under which id. Liberal in where things stand. */
import { z } from 'zod';
import { AppError } from '../../core/errors';

export interface Task {
  id: string;
  /** `projects.create` or `POST /api/projects`. */
  operation: string;
  input: Record<string, unknown>;
}

const OPERATION_KEYS = ['operation', 'action', 'op', 'command', 'endpoint', 'request', 'method'];
const PATH_KEYS = ['path', 'endpoint', 'url', 'route'];
const ID_KEYS = ['id', 'task_id', 'taskId'];
const INPUT_KEYS = ['input', 'params', 'parameters', 'payload', 'arguments', 'args', 'body', 'data', 'query'];
/** Where the task may stand when the file wraps it. */
const WRAPPERS = ['task', 'request', 'job'];

const record = z.record(z.string(), z.unknown());
const id = z.union([z.string().trim().min(1).max(200), z.number()]).transform(String);

/** Null while the text is no whole JSON document, which a file has that is still being written. */
export function parseJson(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch {
    return null;
  }
}

/**
 * @param name of the file; the id of a task that has none
 * @throws AppError that says what is missing
 */
export function readTask(value: unknown, name: string): Task {
  const found = record.safeParse(value);
  if (!found.success || Array.isArray(value)) throw malformed('A task is a JSON object such as {"id":"1","operation":"projects.list"}.');
  const layers = [found.data, ...WRAPPERS.map((key) => record.safeParse(found.data[key]).data ?? {})];
  const operation = layers.map(operationOf).find((each) => each !== null);
  if (!operation) {
    throw malformed('operation: name the operation, such as "projects.create" or "POST /api/projects"; /openapi.json lists all.');
  }
  return { id: idOf(layers) ?? name, operation, input: inputOf(layers) };
}

export const malformed = (message: string): AppError => new AppError('BAD_REQUEST', message);

type Layer = Record<string, unknown>;

function operationOf(layer: Layer): string | null {
  const route = routeOf(layer);
  if (route) return route;
  for (const key of OPERATION_KEYS) {
    const given = layer[key];
    if (typeof given === 'string' && given.trim() !== '') return given;
    const nested = record.safeParse(given).data;
    const nestedRoute = nested && routeOf(nested);
    if (nestedRoute) return nestedRoute;
    if (typeof nested?.name === 'string') return nested.name;
  }
  return null;
}

/** Method and address in two fields. */
function routeOf(layer: Layer): string | null {
  const path = PATH_KEYS.map((key) => layer[key]).find((each) => typeof each === 'string' && each.includes('/'));
  return typeof layer.method === 'string' && typeof path === 'string' ? `${layer.method} ${path}` : null;
}

function idOf(layers: Layer[]): string | null {
  for (const layer of layers) {
    for (const key of ID_KEYS) {
      const found = id.safeParse(layer[key]);
      if (found.success) return found.data;
    }
  }
  return null;
}

/** All inputs together, since some put path parameters into one and the body into another; without any, what else stands in the task. */
function inputOf(layers: Layer[]): Record<string, unknown> {
  const nested = layers.flatMap((layer) => [layer, ...OPERATION_KEYS.map((key) => record.safeParse(layer[key]).data ?? {})]);
  const parts = nested.flatMap((layer) => INPUT_KEYS.map((key) => record.safeParse(layer[key]).data).filter((part) => part !== undefined));
  if (parts.length > 0) return Object.assign({}, ...parts);
  const taken = new Set([...OPERATION_KEYS, ...PATH_KEYS, ...ID_KEYS, ...WRAPPERS]);
  return Object.fromEntries(layers.flatMap((layer) => Object.entries(layer)).filter(([key]) => !taken.has(key)));
}
