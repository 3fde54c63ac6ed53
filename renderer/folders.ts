/** The folders that the chosen project follows, patched by live updates, and what can be done with one. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import type { Folder } from '../src-main/contract/folders';
import { documentsKey, foldersKey } from './events';
import { readAll } from './lists';
import { sentenceOf, useDesk } from './state';

export function useFolders() {
  const { client, projectId } = useDesk();
  return useQuery<Folder[]>({
    queryKey: foldersKey(projectId ?? ''),
    enabled: projectId !== null,
    queryFn: ({ signal }) => readAll((query) => client.folders.list({ ...query, id: projectId ?? '' }, { signal })),
  });
}

/** Puts what the backend answered in the list at once; live updates follow. */
export function useFolderActions({ id: folder_id, project_id }: Pick<Folder, 'id' | 'project_id'>) {
  const { client, orpc } = useDesk();
  const cache = useQueryClient();
  const at = { id: project_id, folder_id };
  const onError = (error: Error) => toast.error(sentenceOf(error));
  const onSuccess = (changed: Folder) =>
    cache.setQueryData<Folder[]>(foldersKey(project_id), (old) => old?.map((one) => (one.id === changed.id ? changed : one)));
  const rescan = useMutation({ mutationFn: () => client.folders.rescan(at), onSuccess, onError });
  const pause = useMutation({ mutationFn: () => client.folders.pause(at), onSuccess, onError });
  const resume = useMutation({ mutationFn: () => client.folders.resume(at), onSuccess, onError });
  const ignore = useMutation({ mutationFn: (patterns: string[]) => client.folders.update({ ...at, ignore: patterns }), onSuccess });
  const remove = useMutation({
    mutationFn: (documents: 'keep' | 'remove') => client.folders.remove({ ...at, documents }),
    onSuccess: () => {
      cache.setQueryData<Folder[]>(foldersKey(project_id), (old) => old?.filter(({ id }) => id !== folder_id));
      void cache.invalidateQueries({ queryKey: documentsKey(project_id) });
      void cache.invalidateQueries({ queryKey: orpc.projects.key() });
    },
    onError,
  });
  return { rescan, pause, resume, ignore, remove };
}
