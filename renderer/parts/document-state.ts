/** What the list says of a document: how far it is, how long that may take, what its state asks of the person. */
import type { Document } from '../../src-main/contract/documents';
import type { Job } from '../../src-main/contract/jobs';
import { counted, timeLeft } from '../words';

const UNDER_WAY = ['queued', 'parsing', 'searchable', 'embedding'];
const PASSWORD_CODES = ['PASSWORD_NEEDED', 'PASSWORD_WRONG'];

export const isUnderWay = ({ state }: Pick<Document, 'state'>) => UNDER_WAY.includes(state);
/** Failed or cancelled: it goes no further by itself. */
export const isStopped = ({ state }: Pick<Document, 'state'>) => state === 'failed' || state === 'cancelled';
export const asksPassword = ({ state, error }: Pick<Document, 'state' | 'error'>) =>
  state === 'failed' && error !== null && PASSWORD_CODES.includes(error.code);

/** A line may end with the dot between two parts, and begins with none. */
const joined = (...parts: (string | false | null | undefined)[]) => parts.filter(Boolean).join('\u00a0· ');

function leftOf(job: Job | undefined): string | null {
  return job?.state === 'running' && job.eta_s !== null ? timeLeft(job.eta_s) : null;
}

function reading(job: Job | undefined): string {
  if (job?.state !== 'running' || job.progress.unit !== 'pages' || job.progress.done === 0) return 'Reading';
  const { done, total } = job.progress;
  return `Reading page ${done.toLocaleString('en')}${total ? ` of ${total.toLocaleString('en')}` : ''}`;
}

/** Its text is there, but what its passages mean was not learnt to the end, and will not be by itself. */
export const isHalfLearnt = ({ state, error }: Pick<Document, 'state' | 'error'>, job: Job | undefined) =>
  state === 'searchable' && (error !== null || job?.state === 'cancelled' || job?.state === 'failed');

function rest({ error }: Document, job: Job | undefined): string {
  if (error) return error.message;
  return job?.state === 'cancelled' ? 'learning was cancelled' : 'waiting to be learnt';
}

/** The line below the name; of a failed document what went wrong, without what to do about it. */
export function statusOf(document: Document, job: Job | undefined): string {
  const { state, pages, chunks, embedded_chunks, error } = document;
  switch (state) {
    case 'queued':
      return job && job.attempts > 0 && job.state === 'queued' ? 'Waiting to be tried again' : 'Waiting to be read';
    case 'parsing':
      return joined(reading(job), leftOf(job));
    case 'searchable':
      return joined('Searchable', rest(document, job));
    case 'embedding':
      return joined(`Searchable · learning ${embedded_chunks.toLocaleString('en')} of ${counted(chunks, 'passage')}`, leftOf(job));
    case 'ready':
      return pages ? counted(pages, 'page') : counted(chunks, 'passage');
    case 'failed':
      return error?.message ?? 'It could not be read.';
    case 'cancelled':
      return chunks > 0 ? `Cancelled · ${counted(chunks, 'passage')} can be searched` : 'Cancelled before it was read';
  }
}

/** 0 to 1; null when there is nothing to measure. */
export function partDone({ state, chunks, embedded_chunks }: Document, job: Job | undefined): number | null {
  if (state === 'embedding') return chunks ? embedded_chunks / chunks : null;
  if (state !== 'parsing' || !job?.progress.total) return null;
  return job.progress.done / job.progress.total;
}
