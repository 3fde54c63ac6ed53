/** What can be done with a document of the list: delete it, try it again, cancel what goes on. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import type { Document } from '../../src-main/contract/documents';
import { documentsKey } from '../events';
import { sentenceOf, useDesk } from '../state';

export function useDocumentActions({ id, project_id }: Pick<Document, 'id' | 'project_id'>) {
  const { client } = useDesk();
  const cache = useQueryClient();
  const refresh = () => cache.invalidateQueries({ queryKey: documentsKey(project_id) });
  const options = { onSuccess: refresh, onError: (error: Error) => toast.error(sentenceOf(error)) };
  const remove = useMutation({ mutationFn: () => client.documents.remove({ id }), ...options });
  const retry = useMutation({
    // The queue goes on where it failed; a document whose jobs are gone is read afresh.
    mutationFn: async () => {
      const { items } = await client.jobs.list({ document_id: id });
      const last = items.find(({ state }) => state === 'failed' || state === 'cancelled');
      await (last ? client.jobs.retry({ id: last.id }) : client.documents.reindex({ id }));
    },
    ...options,
  });
  const cancel = useMutation({
    mutationFn: async () => {
      const { items } = await client.jobs.list({ document_id: id });
      const open = items.filter(({ state }) => state === 'queued' || state === 'running');
      await Promise.all(open.map((job) => client.jobs.cancel({ id: job.id })));
    },
    ...options,
  });
  return { remove, retry, cancel };
}
