/** Follows the backend's push stream: patches cached lists in batches, resumes after a break, and says whether it is connected. */
import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Document } from '../src-main/contract/documents';
import type { Job } from '../src-main/contract/jobs';
import type { Page } from '../src-main/contract/shared';
import type { SystemEvent } from '../src-main/contract/system';
import type { Backend } from './client';

/** Hundreds of events a second become four repaints. */
const FLUSH_MS = 250;
const RETRY_MS = [500, 1000, 2000, 4000];

export type DocumentPages = InfiniteData<Page<Document>, string | undefined>;
export const documentsKey = (projectId: string) => ['documents', projectId] as const;
export const JOBS_KEY = ['live-jobs'] as const;

interface Batch {
  documents: Map<string, Document>;
  removed: Map<string, string>;
  jobs: Map<string, Job>;
  models: boolean;
  /** Anything may have changed. */
  missed: boolean;
}
const emptyBatch = (): Batch => ({ documents: new Map(), removed: new Map(), jobs: new Map(), models: false, missed: false });

function collect(batch: Batch, event: SystemEvent): void {
  if (event.type === 'document') batch.documents.set(event.document.id, event.document);
  else if (event.type === 'document_removed') batch.removed.set(event.document_id, event.project_id);
  else if (event.type === 'job') batch.jobs.set(event.job.document_id ?? event.job.id, event.job);
  else if (event.type === 'missed') batch.missed = true;
  else batch.models = true;
}

/** The viewer's document is read again when its state changed or it is gone, not at each passage that is learnt. */
function refreshOpen(cache: QueryClient, batch: Batch, backend: Backend): void {
  for (const id of [...batch.documents.keys(), ...batch.removed.keys()]) {
    const queryKey = backend.orpc.documents.get.queryKey({ input: { id } });
    const known = cache.getQueryData<Document>(queryKey);
    if (known && known.state !== batch.documents.get(id)?.state) void cache.invalidateQueries({ queryKey });
  }
}

function flush(cache: QueryClient, batch: Batch, backend: Backend): void {
  if (batch.missed) void cache.invalidateQueries();
  refreshOpen(cache, batch, backend);
  const stale = new Set(batch.removed.values());
  const byProject = Map.groupBy(batch.documents.values(), (document) => document.project_id);
  for (const [projectId, changed] of byProject) {
    const pages = cache.getQueryData<DocumentPages>(documentsKey(projectId));
    const known = new Set(pages?.pages.flatMap((page) => page.items.map(({ id }) => id)));
    if (changed.some(({ id }) => !known.has(id) && !batch.removed.has(id))) stale.add(projectId);
    cache.setQueryData<DocumentPages>(documentsKey(projectId), (old) => old && patch(old, batch.documents));
  }
  if (batch.jobs.size) cache.setQueryData<Record<string, Job>>(JOBS_KEY, (old) => ({ ...old, ...Object.fromEntries(batch.jobs) }));
  for (const projectId of stale) void cache.invalidateQueries({ queryKey: documentsKey(projectId) });
  if (stale.size) void cache.invalidateQueries({ queryKey: backend.orpc.projects.key() });
  if (batch.models) void cache.invalidateQueries({ queryKey: backend.orpc.system.key() });
}

function patch(old: DocumentPages, changed: Map<string, Document>): DocumentPages {
  const pages = old.pages.map((page) => ({ ...page, items: page.items.map((item) => changed.get(item.id) ?? item) }));
  return { ...old, pages };
}

/** @returns false while the stream is broken; it is resumed after the last event seen */
export function useLiveUpdates(backend: Backend): boolean {
  const cache = useQueryClient();
  const [online, setOnline] = useState(true);
  useEffect(() => {
    const stop = new AbortController();
    let batch = emptyBatch();
    const timer = setInterval(() => {
      if (batch.documents.size + batch.removed.size + batch.jobs.size === 0 && !batch.models && !batch.missed) return;
      const full = batch;
      batch = emptyBatch();
      flush(cache, full, backend);
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
