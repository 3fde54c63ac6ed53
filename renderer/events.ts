/** Follows the backend's push stream: patches cached lists in batches, resumes after a break, and says whether it is connected. */
import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Document } from '../src-main/contract/documents';
import type { Folder } from '../src-main/contract/folders';
import type { Job } from '../src-main/contract/jobs';
import type { Page } from '../src-main/contract/shared';
import type { SystemEvent } from '../src-main/contract/system';
import type { Backend } from './client';
import { importGoesOn } from './project-import';

/** Hundreds of events a second become four repaints. */
const FLUSH_MS = 250;
/** A folder that is taken in brings new documents all the time; the lists are not read for each of them. */
const REREAD_MS = 1_500;
const RETRY_MS = [500, 1000, 2000, 4000];

export type DocumentPages = InfiniteData<Page<Document>, string | undefined>;
/** Of all lists of a project's documents; the third part of a list's own key is the state that it shows, or `all`. */
export const documentsKey = (projectId: string) => ['documents', projectId] as const;
export const foldersKey = (projectId: string) => ['folders', projectId] as const;
export const JOBS_KEY = ['live-jobs'] as const;

interface Batch {
  documents: Map<string, Document>;
  removed: Map<string, string>;
  jobs: Map<string, Job>;
  folders: Map<string, Folder>;
  models: boolean;
  /** Anything may have changed. */
  missed: boolean;
}
const emptyBatch = (): Batch => ({
  documents: new Map(),
  removed: new Map(),
  jobs: new Map(),
  folders: new Map(),
  models: false,
  missed: false,
});
const isEmpty = ({ documents, removed, jobs, folders, models, missed }: Batch) =>
  documents.size + removed.size + jobs.size + folders.size === 0 && !models && !missed;

function collect(batch: Batch, event: SystemEvent): void {
  if (event.type === 'document') batch.documents.set(event.document.id, event.document);
  else if (event.type === 'document_removed') batch.removed.set(event.document_id, event.project_id);
  else if (event.type === 'job') batch.jobs.set(event.job.document_id ?? event.job.id, event.job);
  else if (event.type === 'folder') batch.folders.set(event.folder.id, event.folder);
  else if (event.type === 'missed') batch.missed = true;
  else if (event.type === 'model') batch.models = true;
  else if (event.type === 'import') importGoesOn(event.name, event.progress);
}

/** The viewer's document is read again when its state changed or it is gone, not at each passage that is learnt. */
function refreshOpen(cache: QueryClient, batch: Batch, backend: Backend): void {
  for (const id of [...batch.documents.keys(), ...batch.removed.keys()]) {
    const queryKey = backend.orpc.documents.get.queryKey({ input: { id } });
    const known = cache.getQueryData<Document>(queryKey);
    if (!known || known.state === batch.documents.get(id)?.state) continue;
    void cache.invalidateQueries({ queryKey });
    void cache.invalidateQueries({ queryKey: backend.orpc.documents.page.key({ input: { id } }) });
  }
}

function patchFolders(cache: QueryClient, changed: Map<string, Folder>): void {
  for (const folder of changed.values()) {
    const queryKey = foldersKey(folder.project_id);
    const known = cache.getQueryData<Folder[]>(queryKey)?.some(({ id }) => id === folder.id);
    if (known) cache.setQueryData<Folder[]>(queryKey, (old) => old?.map((one) => changed.get(one.id) ?? one));
    else void cache.invalidateQueries({ queryKey });
  }
}

/** @returns the projects whose lists must be read again */
function flush(cache: QueryClient, batch: Batch, backend: Backend): Set<string> {
  if (batch.missed) void cache.invalidateQueries();
  refreshOpen(cache, batch, backend);
  const stale = new Set(batch.removed.values());
  const byProject = Map.groupBy(batch.documents.values(), (document) => document.project_id);
  for (const [projectId, changed] of byProject) {
    const kept = changed.filter(({ id }) => !batch.removed.has(id));
    const lists = cache.getQueriesData<DocumentPages>({ queryKey: documentsKey(projectId) });
    if (lists.length === 0) stale.add(projectId);
    for (const [key, list] of lists) {
      const belongs = ({ state }: Document) => key[2] === 'all' || key[2] === state;
      const known = new Set(list?.pages.flatMap((page) => page.items.map(({ id }) => id)));
      if (kept.some((document) => belongs(document) !== known.has(document.id))) stale.add(projectId);
      if (list) cache.setQueryData<DocumentPages>(key, patch(list, batch.documents, belongs));
    }
  }
  if (batch.jobs.size) cache.setQueryData<Record<string, Job>>(JOBS_KEY, (old) => openJobs({ ...old, ...Object.fromEntries(batch.jobs) }));
  patchFolders(cache, batch.folders);
  // A fetch that began, waits or ended; one that goes on is patched above.
  const fetches = [...batch.jobs.values()].some(({ stage, state }) => stage === 'fetch' && state !== 'running');
  if (fetches) void cache.invalidateQueries({ queryKey: backend.orpc.jobs.key() });
  if (batch.models || fetches) {
    void cache.invalidateQueries({ queryKey: backend.orpc.system.key() });
    void cache.invalidateQueries({ queryKey: backend.orpc.models.key() });
  }
  return stale;
}

function reread(cache: QueryClient, stale: Set<string>, backend: Backend): void {
  for (const projectId of stale) void cache.invalidateQueries({ queryKey: documentsKey(projectId) });
  void cache.invalidateQueries({ queryKey: backend.orpc.projects.key() });
  stale.clear();
}

/** Those that are done say nothing any more; a folder of ten thousand files has as many. */
const openJobs = (jobs: Record<string, Job>) => Object.fromEntries(Object.entries(jobs).filter(([, { state }]) => state !== 'done'));

function patch(old: DocumentPages, changed: Map<string, Document>, belongs: (document: Document) => boolean): DocumentPages {
  const pages = old.pages.map((page) => ({ ...page, items: page.items.map((item) => changed.get(item.id) ?? item).filter(belongs) }));
  return { ...old, pages };
}

/** @returns false while the stream is broken; it is resumed after the last event seen */
export function useLiveUpdates(backend: Backend): boolean {
  const cache = useQueryClient();
  const [online, setOnline] = useState(true);
  useEffect(() => {
    const stop = new AbortController();
    let batch = emptyBatch();
    const stale = new Set<string>();
    let rereadAt = Number.NEGATIVE_INFINITY;
    const timer = setInterval(() => {
      if (!isEmpty(batch)) {
        const full = batch;
        batch = emptyBatch();
        for (const projectId of flush(cache, full, backend)) stale.add(projectId);
      }
      if (stale.size === 0 || performance.now() - rereadAt < REREAD_MS) return;
      rereadAt = performance.now();
      reread(cache, stale, backend);
    }, FLUSH_MS);
    const back = () => {
      setOnline(true);
      void cache.invalidateQueries();
    };
    void follow(
      backend,
      stop.signal,
      (event) => collect(batch, event),
      () => setOnline(false),
      back,
    );
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [backend, cache]);
  return online;
}

type Take = (event: SystemEvent) => void;

async function follow(backend: Backend, signal: AbortSignal, take: Take, lost: () => void, back: () => void): Promise<void> {
  let after: number | undefined;
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      if (failures > 0) await backend.client.system.health(undefined, { signal });
      const events = await backend.client.system.events({ after }, { signal });
      if (failures > 0) back();
      failures = 0;
      for await (const event of events) {
        after = event.event_id;
        take(event);
      }
    } catch {
      // The wait below covers a broken stream and an unreachable backend alike.
    }
    if (signal.aborted) return;
    lost();
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]));
  }
}
