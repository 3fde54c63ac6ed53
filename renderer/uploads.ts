/** The files that are being added, for the views; makes a project when there is none yet, and says how it ended. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { toast } from 'sonner';
import type { Backend } from './client';
import { documentsKey } from './events';
import { sentenceOf } from './state';
import { type Uploading, UploadQueue } from './upload-queue';
import { counted } from './words';

/** More would cover the window; the shelf keeps the list. */
const TOASTS = 3;

function tell({ known, refused }: Uploading): void {
  if (refused.length <= TOASTS)
    for (const { filename, reason } of refused) toast.error(filename, { description: reason, duration: 10_000 });
  if (known.length === 1) toast.info(`${known[0]} is already in this project.`);
  else if (known.length > 1) toast.info(`${counted(known.length, 'file')} are already in this project.`);
}

export function useUploads(backend: Backend, projectId: string | null, chooseProject: (id: string) => void) {
  const cache = useQueryClient();
  const [queue] = useState(
    () =>
      new UploadQueue(backend.upload, (result) => {
        tell(result);
        void cache.invalidateQueries({ queryKey: documentsKey('').slice(0, 1) });
        void cache.invalidateQueries({ queryKey: backend.orpc.projects.key() });
      }),
  );
  const uploading = useSyncExternalStore(queue.subscribe, queue.snapshot);
  const { running } = uploading;
  // A browser's page takes what was not sent yet with it; the desktop app imports by path, and closes at once.
  useEffect(() => {
    if (!running || backend.desktop) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [running, backend.desktop]);
  const addFiles = useCallback(
    async (files: File[]) => {
      try {
        const target = projectId ?? (await backend.client.projects.create({ name: 'My documents' })).id;
        if (!projectId) chooseProject(target);
        queue.add(target, files);
      } catch (error) {
        toast.error(sentenceOf(error));
      }
    },
    [backend, projectId, chooseProject, queue],
  );
  return { uploading, queue, addFiles };
}
