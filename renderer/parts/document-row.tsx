/** One document of the list: its name, how far it is, why it failed and what to do about it, and what can be done with it. */
import { useQuery } from '@tanstack/react-query';
import { LockOpen, RotateCw, Trash2, X } from 'lucide-react';
import type { Document } from '../../src-main/contract/documents';
import type { Job } from '../../src-main/contract/jobs';
import { JOBS_KEY } from '../events';
import { useDesk } from '../state';
import { Button, IconButton } from '../ui/button';
import { Confirm } from '../ui/dialogs';
import { quoted } from '../words';
import { useDocumentActions } from './document-actions';
import { asksPassword, isHalfLearnt, isStopped, isUnderWay, partDone, statusOf } from './document-state';
import { KindIcon } from './kind-icon';

const ROW_PX = 48;
const BUSY_ROW_PX = 64;
const STOPPED_ROW_PX = 76;
const LINE_PX = 16.5;
/** Sign, gaps and the room of the delete button, which is there on hover. */
const BESIDE_TEXT_PX = 90;
/** A little more than most letters are wide: rather a gap than a cut line. */
const LETTER_PX = 6.4;

const lines = (text: string | null | undefined, width: number) =>
  text ? Math.min(2, Math.ceil((text.length * LETTER_PX) / Math.max(80, width - BESIDE_TEXT_PX))) : 0;

/** Known without drawing the row, so that a list of thousands knows where each one stands. @param width of the list in CSS pixels */
export function rowHeight({ state, error }: Document, width: number): number {
  if (state === 'failed') return STOPPED_ROW_PX + LINE_PX * (lines(error?.message ?? ' ', width) + lines(error?.action, width) - 1);
  if (state === 'cancelled') return STOPPED_ROW_PX;
  return state === 'parsing' || state === 'embedding' || error !== null ? BUSY_ROW_PX : ROW_PX;
}

/** As the live stream tells it; of a document that rests half learnt it is asked for, once. */
function useLatestJob({ id, state }: Document): Job | undefined {
  const { orpc } = useDesk();
  const { data: live } = useQuery<Record<string, Job>>({ queryKey: JOBS_KEY, queryFn: () => ({}), staleTime: Number.POSITIVE_INFINITY });
  const job = live?.[id];
  const enabled = state === 'searchable' && live !== undefined && !job;
  const { data: kept } = useQuery(orpc.jobs.list.queryOptions({ input: { document_id: id, limit: 1 }, enabled }));
  return job ?? (state === 'searchable' ? kept?.items[0] : undefined);
}

type Actions = ReturnType<typeof useDocumentActions>;

export function DocumentRow({ document }: { document: Document }) {
  const { open, mark } = useDesk();
  const job = useLatestJob(document);
  const actions = useDocumentActions(document);
  const { id, filename, mime_type, state, error } = document;
  const text = statusOf(document, job);
  const part = partDone(document, job);
  const failed = state === 'failed';
  return (
    <div
      data-testid="document-row"
      data-state={state}
      className={`group relative flex h-full flex-col rounded-md pr-1 ${mark?.document_id === id ? 'bg-wash' : 'hover:bg-sunk'}`}
    >
      <div className={`flex min-h-0 gap-1 ${isStopped(document) ? '' : 'flex-1 items-center'}`}>
        <button
          type="button"
          title={[filename, text, failed && error?.action].filter(Boolean).join('\n')}
          onClick={() => open({ document_id: id, filename, page: 1, char_start: 0, char_end: 0, quote: '' })}
          className="flex min-w-0 flex-1 items-start gap-2.5 px-2 py-1.5 text-left"
        >
          <KindIcon mime_type={mime_type} className={`mt-0.5 shrink-0 ${failed ? 'text-alarm' : 'text-cloth'}`} />
          <span className="min-w-0 flex-1">
            <bdi className="block truncate text-left text-sm font-medium">{filename}</bdi>
            <span data-testid="document-status" className={`line-clamp-2 text-xs leading-snug ${failed ? 'text-alarm' : 'text-soft'}`}>
              {text}
            </span>
            {failed && error?.action && (
              <span data-testid="document-advice" className="line-clamp-2 text-xs leading-snug text-soft">
                {error.action}
              </span>
            )}
            {part !== null && (
              <progress className="mt-0.5 block h-1 w-full accent-cloth" value={part} max={1} aria-label={`Progress of ${filename}`} />
            )}
          </span>
        </button>
        <RowActions document={document} job={job} actions={actions} />
      </div>
      {isStopped(document) && <Ways document={document} actions={actions} className="pl-[2.1rem]" />}
    </div>
  );
}

function RowActions({ document, job, actions }: { document: Document; job: Job | undefined; actions: Actions }) {
  const { filename } = document;
  const half = isHalfLearnt(document, job);
  return (
    <span className="row-actions">
      {half && (
        <IconButton label={`Learn the rest of ${filename}`} data-testid="retry" data-shown onClick={() => actions.retry.mutate()}>
          <RotateCw size={15} />
        </IconButton>
      )}
      {!half && isUnderWay(document) && (
        <IconButton label={`Cancel ${filename}`} data-testid="cancel" onClick={() => actions.cancel.mutate()}>
          <X size={15} />
        </IconButton>
      )}
      <Confirm
        title={`Delete ${quoted(filename)}?`}
        text="It and its passages are deleted from this project. Your original file stays where it is."
        action="Delete document"
        onConfirm={() => actions.remove.mutate()}
      >
        <IconButton label={`Delete ${filename}`} data-testid="delete-document">
          <Trash2 size={15} />
        </IconButton>
      </Confirm>
    </span>
  );
}

const SMALL = '!gap-1.5 !px-2 !py-0.5 !text-xs';

/** The ways on from a stop, in words: a sign alone would not tell what happens. */
export function Ways({ document, actions, className }: { document: Document; actions: Actions; className: string }) {
  const { unlock } = useDesk();
  const { filename } = document;
  return (
    <div className={`flex gap-1.5 pb-1.5 ${className}`}>
      {asksPassword(document) && (
        <Button className={SMALL} data-testid="unlock" aria-label={`Unlock ${filename}…`} onClick={() => unlock(document)}>
          <LockOpen size={13} aria-hidden />
          Unlock…
        </Button>
      )}
      <Button
        className={SMALL}
        data-testid="retry"
        aria-label={`Try again: ${filename}`}
        disabled={actions.retry.isPending}
        onClick={() => actions.retry.mutate()}
      >
        <RotateCw size={13} aria-hidden />
        Try again
      </Button>
    </div>
  );
}
