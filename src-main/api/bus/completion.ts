/** The answer to a task, written beside it. */
import { join } from 'node:path';
import { safeFilename } from '../../core/documents/filename';
import { LIMITS } from '../../core/limits';
import type { Failed } from '../errors';
import { readySignal } from './announce';
import { writeJson, writeWhole } from './files';
import { type Endpoint, endpointOf, isPublic, type Operation } from './operation';

export const TASKS = 'tasks';
/** Apart from the tasks, so that no result is ever taken for one. */
const RESULTS = 'files';
export const FOLDERS = [TASKS, RESULTS, 'ready', 'contracts'] as const;
export const completionName = (task: string): string => `${task}-completion.json`;

export interface Completion {
  /** Name of the task file without `.json`. */
  task: string;
  id: string | null;
  operation: string | null;
  status: 'completed' | 'error';
  /** False when it was refused before anything happened: correct the file and it is tried again. */
  executed: boolean;
  /** What the file was like that was refused, to know a corrected one by; null when it was not. */
  refused: string | null;
  output: { files: string[]; endpoints: Endpoint[]; ready_signal: string | null; result: unknown };
  error: Pick<Failed, 'code' | 'message' | 'details'> | null;
  started_at: string;
  timestamp: string;
}

interface Facts {
  task: string;
  id: string | null;
  operation: Operation | null;
  started_at: string;
}

const nameOf = (operation: Operation | null): string | null => operation && `${operation.group}.${operation.name}`;

function outline({ task, id, operation, started_at }: Facts): Omit<Completion, 'status' | 'executed' | 'refused' | 'error'> {
  const known = operation && isPublic(operation) ? operation : null;
  return {
    ...{ task, id, operation: nameOf(operation) },
    output: {
      files: [],
      endpoints: known ? [endpointOf(known)] : [],
      ready_signal: known && readySignal(known.group),
      result: null,
    },
    ...{ started_at, timestamp: new Date().toISOString() },
  };
}

/** A result that is a file, or too large to stand in the completion, is written to a file of its own. */
export async function writeSuccess(folder: string, facts: Facts, result: unknown): Promise<void> {
  const completion: Completion = { ...outline(facts), status: 'completed', executed: true, refused: null, error: null };
  if (result instanceof Blob) completion.output.files.push(await keepFile(folder, facts.task, result));
  else if (JSON.stringify(result ?? null).length > LIMITS.busResultBytes) {
    const path = `${RESULTS}/${facts.task}-result.json`;
    await writeJson(join(folder, path), result);
    completion.output.files.push(path);
  } else completion.output.result = result ?? null;
  await writeJson(join(folder, TASKS, completionName(facts.task)), completion);
}

/** @param refused the state of the file when it was refused before anything happened; null when something may have */
export async function writeFailure(
  folder: string,
  facts: Facts,
  { code, message, details }: Failed,
  refused: string | null,
): Promise<void> {
  const completion: Completion = {
    ...outline(facts),
    status: 'error',
    executed: refused === null,
    refused,
    error: { code, message, details },
  };
  await writeJson(join(folder, TASKS, completionName(facts.task)), completion);
}

async function keepFile(folder: string, task: string, result: Blob): Promise<string> {
  const path = `${RESULTS}/${safeFilename(`${task}-${result instanceof File ? result.name : 'result'}`)}`;
  await writeWhole(join(folder, path), result);
  return path;
}
