/** Runs the operation of one task through the router. */
import { type JsonSchema, JsonSchemaCoercer } from '@orpc/json-schema';
import { type AnyProcedure, call } from '@orpc/server';
import { z } from 'zod';
import { AppError } from '../../core/errors';
import type { Caller } from '../context';
import { invalid } from '../errors';
import type { Router } from '../router';
import { fileInside } from './files';
import { findOperation, type Operation } from './operation';
import type { Task } from './task';

export interface Prepared {
  operation: Operation;
  /** @returns what the operation answers */
  run(caller: Caller, signal: AbortSignal): Promise<unknown>;
}

const coercer = new JsonSchemaCoercer();
const MOST_FILES = 100;

/** Everything that can be refused before anything happens. @throws AppError */
export async function prepare(
  { operation: wanted, input }: Task,
  { router, folder }: { router: Router; folder: string },
): Promise<Prepared> {
  const { operation, parameters } = findOperation(wanted);
  const given = typed(operation, { ...input, ...parameters });
  const ready = isUpload(operation) ? await withFiles(given, folder) : given;
  refuseInvalid(operation, ready);
  return {
    operation,
    run: (caller, signal) => limited(Promise.resolve(call(procedureOf(router, operation), ready, { context: caller, signal })), signal),
  };
}

const isUpload = ({ group, name }: Operation): boolean => group === 'documents' && name === 'upload';

function procedureOf(router: Router, { group, name }: Operation): AnyProcedure {
  const routes = router as unknown as Record<string, Record<string, AnyProcedure>>;
  const found = routes[group]?.[name];
  if (!found) throw new Error(`${group}.${name} is declared but has no route`);
  return found;
}

/** Before anything is claimed or begun, so that the file can be corrected. */
function refuseInvalid({ inputSchema }: Operation, given: Record<string, unknown>): void {
  const checked = inputSchema instanceof z.ZodType ? inputSchema.safeParse(given) : null;
  if (!checked || checked.success) return;
  const { code, message, details } = invalid(checked.error.issues);
  throw new AppError(code, message, details);
}

/** Texts that stand for numbers and truth values, as in an address, become such where the schema wants them. */
function typed({ inputSchema }: Operation, given: Record<string, unknown>): Record<string, unknown> {
  if (!(inputSchema instanceof z.ZodType)) return given;
  const schema = z.toJSONSchema(inputSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return coercer.coerce(schema, given) as Record<string, unknown>;
}

/** An upload names its files by their paths in the bus folder. */
async function withFiles({ file, files, path, paths, ...rest }: Record<string, unknown>, folder: string): Promise<Record<string, unknown>> {
  const named = z
    .union([z.string(), z.array(z.string()).min(1).max(MOST_FILES)])
    .safeParse([file, files, path, paths].find((each) => each !== undefined));
  if (!named.success) {
    throw new AppError(
      'VALIDATION_FAILED',
      `files: name 1 to ${MOST_FILES} files by their paths in the bus folder, such as "inbox/report.pdf".`,
    );
  }
  return { ...rest, file: await Promise.all([named.data].flat().map((each) => fileInside(folder, each))) };
}

/** Also an operation that does not listen to its signal is over for the bus when the time is. */
function limited<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new AppError('TIMED_OUT', 'The task was stopped: it took longer than its limit, or Pressmark ends.'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
