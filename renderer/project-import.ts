/** A project that is brought in from a file: sent, checked, and there; goes on whatever the window shows meanwhile. */
import { useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { toast } from 'sonner';
import type { ImportedProject } from '../src-main/contract/projects';
import { sentenceOf, useDesk } from './state';
import { counted, quoted } from './words';

interface Importing {
  /** Of the file, until the project's own is known. */
  name: string;
  /** 0 to 1: so much of the file was sent. */
  sent: number;
  /** Documents that were taken in, once the file was checked. */
  progress: { done: number; total: number } | null;
  stop: AbortController;
}

let running: Importing | null = null;
const listeners = new Set<() => void>();
function set(next: Importing | null): void {
  running = next;
  for (const listener of listeners) listener();
}
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What the backend tells of an import; those of others are not shown. */
export function importGoesOn(name: string, progress: { done: number; total: number }): void {
  if (running) set({ ...running, name, progress });
}

function tell({ project, documents, conversations, skipped }: ImportedProject): void {
  const [first] = skipped;
  const said = `${counted(documents, 'document')} and ${counted(conversations, 'conversation')} are here; the documents are being read.`;
  toast.success(`${quoted(project.name)} was brought in`, { description: said });
  if (first) {
    toast.error(`${counted(skipped.length, 'document')} could not be taken in`, {
      description: `${first.filename}: ${first.error.message}`,
      duration: 15_000,
    });
  }
}

export function useProjectImport() {
  const { importProject, orpc, chooseProject } = useDesk();
  const cache = useQueryClient();
  const start = async (file: File) => {
    const stop = new AbortController();
    set({ name: file.name, sent: 0, progress: null, stop });
    const onSent = (sent: number) => running && set({ ...running, sent });
    try {
      const result = await importProject(file, onSent, stop.signal);
      await cache.invalidateQueries({ queryKey: orpc.projects.key() });
      chooseProject(result.project.id);
      tell(result);
    } catch (error) {
      if (!stop.signal.aborted) toast.error(`${file.name} was not brought in`, { description: sentenceOf(error), duration: 15_000 });
    } finally {
      set(null);
    }
  };
  return { running: useSyncExternalStore(subscribe, () => running), start };
}
