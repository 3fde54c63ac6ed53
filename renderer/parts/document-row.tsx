/** One document of the list: its name, how far it is, why it failed, and what can be done with it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FileText, RotateCw, Trash2, X } from 'lucide-react';
import { toast } from 'sonner';
import type { Document } from '../../src-main/contract/documents';
import type { Job } from '../../src-main/contract/jobs';
import { documentsKey, JOBS_KEY } from '../events';
import { sentenceOf, useDesk } from '../state';
import { IconButton } from '../ui/button';
import { Confirm } from '../ui/dialogs';

const OPEN_STATES = ['queued', 'parsing', 'searchable', 'embedding'];

function describe({ state, pages, chunks, embedded_chunks, error }: Document, job: Job | undefined): string {
  const part = job?.progress;
  switch (state) {
    case 'queued':
      return 'Waiting';
    case 'parsing':
      return part?.unit === 'pages' ? `Reading page ${part.done}${part.total ? ` of ${part.total}` : ''}` : 'Reading';
    case 'searchable':
      return 'Ready to search';
    case 'embedding':
      return `Searchable · learning ${embedded_chunks} of ${chunks} passages`;
    case 'ready':
      return pages ? `${pages} ${pages === 1 ? 'page' : 'pages'}` : `${chunks} ${chunks === 1 ? 'passage' : 'passages'}`;
    case 'failed':
      return [error?.message ?? 'It could not be read.', error?.action].filter(Boolean).join(' ');
    case 'cancelled':
      return 'Cancelled';
  }
}

function partDone({ state, chunks, embedded_chunks }: Document, job: Job | undefined): number | null {
  if (state === 'embedding') return chunks ? embedded_chunks / chunks : null;
  if (state !== 'parsing' || !job?.progress.total) return null;
  return job.progress.done / job.progress.total;
}

function useActions(document: Document) {
  const { client } = useDesk();
  const cache = useQueryClient();
  const refresh = () => cache.invalidateQueries({ queryKey: documentsKey(document.project_id) });
  const options = { onSuccess: refresh, onError: (error: Error) => toast.error(sentenceOf(error)) };
  const remove = useMutation({ mutationFn: () => client.documents.remove({ id: document.id }), ...options });
  const retry = useMutation({
    // The queue goes on where it failed; a document whose jobs are gone is read afresh.
    mutationFn: async () => {
      const { items } = await client.jobs.list({ document_id: document.id });
      const last = items.find(({ state }) => state === 'failed' || state === 'cancelled');
      await (last ? client.jobs.retry({ id: last.id }) : client.documents.reindex({ id: document.id }));
    },
    ...options,
  });
  const cancel = useMutation({
    mutationFn: async () => {
      const { items } = await client.jobs.list({ document_id: document.id });
      const open = items.filter(({ state }) => state === 'queued' || state === 'running');
      await Promise.all(open.map(({ id }) => client.jobs.cancel({ id })));
    },
    ...options,
  });
  return { remove, retry, cancel };
}

export function DocumentRow({ document }: { document: Document }) {
  const { open, mark } = useDesk();
  const { data: jobs } = useQuery<Record<string, Job>>({ queryKey: JOBS_KEY, queryFn: () => ({}), staleTime: Number.POSITIVE_INFINITY });
  const { remove, retry, cancel } = useActions(document);
  const { id, filename, state } = document;
  const text = describe(document, jobs?.[id]);
  const part = partDone(document, jobs?.[id]);
  const stopped = state === 'failed' || state === 'cancelled';
  return (
    <div
      data-testid="document-row"
      data-state={state}
      className={`group relative flex h-full items-center gap-1 rounded-md pr-1 ${mark?.document_id === id ? 'bg-wash' : 'hover:bg-sunk'}`}
    >
      <button
        type="button"
        title={`${filename}\n${text}`}
        onClick={() => open({ document_id: id, filename, page: 1, char_start: 0, char_end: 0, quote: '' })}
        className="flex min-w-0 flex-1 items-start gap-2.5 px-2 py-1 text-left"
      >
        <FileText size={17} aria-hidden className={`mt-0.5 shrink-0 ${stopped ? 'text-alarm' : 'text-cloth'}`} />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm font-medium">{filename}</span>
          <span
            data-testid="document-status"
            className={`line-clamp-2 text-xs leading-snug ${state === 'failed' ? 'text-alarm' : 'text-soft'}`}
          >
            {text}
          </span>
          {part !== null && (
            <progress className="block h-1 w-full accent-cloth" value={part} max={1} aria-label={`Progress of ${filename}`} />
          )}
        </span>
      </button>
      <span className="row-actions">
        {stopped && (
          <IconButton label={`Try ${filename} again`} data-testid="retry" data-shown onClick={() => retry.mutate()}>
            <RotateCw size={15} />
          </IconButton>
        )}
        {OPEN_STATES.includes(state) && (
          <IconButton label={`Cancel ${filename}`} data-testid="cancel" onClick={() => cancel.mutate()}>
            <X size={15} />
          </IconButton>
        )}
        <Confirm
          title={`Delete “${filename}”?`}
          text="It and its passages are deleted from this project. Your original file stays where it is."
          action="Delete document"
          onConfirm={() => remove.mutate()}
        >
          <IconButton label={`Delete ${filename}`} data-testid="delete-document">
            <Trash2 size={15} />
          </IconButton>
        </Confirm>
      </span>
    </div>
  );
}
