/** New jobs. */
import type { Job } from '../../../contract/jobs';
import { now } from './paging';

/** The progress of a job that has not begun. */
export const EMPTY: Record<Job['stage'], Job['progress']> = {
  parse: { done: 0, total: null, unit: 'pages' },
  embed: { done: 0, total: null, unit: 'chunks' },
  fetch: { done: 0, total: null, unit: 'bytes' },
  backup: { done: 0, total: null, unit: 'bytes' },
  deep: { done: 0, total: null, unit: 'chunks' },
};

/** The `not_before` of a paused job: after every time there is. */
export const PAUSED = '9999-12-31T23:59:59.999Z';

/** What every queued job has. */
export function queuedJob(stage: Job['stage']) {
  const at = now();
  return { stage, state: 'queued' as const, progress: EMPTY[stage], turn: at, created_at: at, updated_at: at };
}

/** A queued ingest job. */
export function ingestJob(id: string, document: { id: string; project_id: string }, stage: Job['stage']) {
  return { id, kind: 'ingest' as const, document_id: document.id, project_id: document.project_id, ...queuedJob(stage) };
}
