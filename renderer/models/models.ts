/** The models and what can be done with one; live updates read the list again. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import type { Job } from '../../src-main/contract/jobs';
import type { Model, ModelKind } from '../../src-main/contract/models';
import { JOBS_KEY } from '../events';
import { readAll } from '../lists';
import { sentenceOf, useDesk } from '../state';

/** What is loading or on its way changes without an event for each step. */
const LOOK_MS = 2_000;
/** Enough to find the last try of each model that failed. */
const TRIES = 50;

const isMoving = ({ state }: Model) => state === 'downloading' || state === 'loading';

export function useModels() {
  const { client, orpc } = useDesk();
  return useQuery<Model[]>({
    queryKey: [...orpc.models.list.key(), 'whole'],
    queryFn: ({ signal }) => readAll((query) => client.models.list(query, { signal })),
    refetchInterval: ({ state }) => (state.data?.some(isMoving) ? LOOK_MS : false),
  });
}

/** The newest fetch of each model, by its id: what is under way, and why the last one failed. */
export function useFetches(): Map<string, Job> {
  const { orpc } = useDesk();
  const { data: live } = useQuery<Record<string, Job>>({ queryKey: JOBS_KEY, queryFn: () => ({}), staleTime: Number.POSITIVE_INFINITY });
  const downloads = useQuery(orpc.jobs.list.queryOptions({ input: { kind: 'model_download', limit: TRIES } })).data?.items ?? [];
  const imports = useQuery(orpc.jobs.list.queryOptions({ input: { kind: 'model_import', limit: TRIES } })).data?.items ?? [];
  const newest = new Map<string, Job>();
  for (const stored of [...downloads, ...imports]) {
    const job = live?.[stored.id] ?? stored;
    const known = newest.get(job.subject ?? '');
    if (job.subject && (!known || known.id < job.id)) newest.set(job.subject, job);
  }
  return newest;
}

export function useModelActions() {
  const { client, orpc } = useDesk();
  const cache = useQueryClient();
  const onError = (error: Error) => toast.error(sentenceOf(error));
  const onSettled = async () => {
    await cache.invalidateQueries({ queryKey: orpc.jobs.key() });
    await cache.invalidateQueries({ queryKey: orpc.models.key() });
    await cache.invalidateQueries({ queryKey: orpc.system.key() });
  };
  const common = { onError, onSettled };
  return {
    download: useMutation({ mutationFn: (id: string) => client.models.download({ id }), ...common }),
    load: useMutation({ mutationFn: (id: string) => client.models.load({ id }), ...common }),
    unload: useMutation({ mutationFn: (id: string) => client.models.unload({ id }), ...common }),
    remove: useMutation({ mutationFn: (id: string) => client.models.remove({ id }), ...common }),
    cancel: useMutation({ mutationFn: (id: string) => client.jobs.cancel({ id }), ...common }),
    pause: useMutation({ mutationFn: (id: string) => client.jobs.pause({ id }), ...common }),
    resume: useMutation({ mutationFn: (id: string) => client.jobs.resume({ id }), ...common }),
    retry: useMutation({ mutationFn: (id: string) => client.jobs.retry({ id }), ...common }),
  };
}
export type ModelActions = ReturnType<typeof useModelActions>;

const CHOICE = { chat: 'chat_model', embedding: 'embedding_model', reranker: 'reranker_model' } as const;

/** Which model of a kind is to be used: an id, `none`, or null for the best one that is installed. */
export function useChoice(kind: ModelKind) {
  const { client, orpc } = useDesk();
  const cache = useQueryClient();
  const name = CHOICE[kind];
  const { data } = useQuery(orpc.settings.get.queryOptions());
  const choose = useMutation({
    mutationFn: (id: string | null) => client.settings.update({ [name]: id }),
    onError: (error: Error) => toast.error(sentenceOf(error)),
    onSettled: async () => {
      await cache.invalidateQueries({ queryKey: orpc.settings.key() });
      await cache.invalidateQueries({ queryKey: orpc.models.key() });
      await cache.invalidateQueries({ queryKey: orpc.system.key() });
    },
  });
  return { chosen: data?.[name] ?? null, fixed: data?.fixed.includes(name) ?? false, choose };
}
