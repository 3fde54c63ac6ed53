/** Jobs: the durable queue of long work. */
import { z } from 'zod';
import { failure } from './documents';
import { op } from './op';
import { byId, id, listQuery, pageOf, timestamp } from './shared';

export const jobState = z.enum(['queued', 'running', 'done', 'failed', 'cancelled']);
export type JobState = z.output<typeof jobState>;

export const jobKind = z
  .enum(['ingest', 'model_download', 'model_import', 'backup', 'graph_deep'])
  .describe(
    'ingest: a document; model_download: a model of the catalogue; model_import: a model from a file or an address; backup: the whole library; graph_deep: the chat model reads for the graph.',
  );

export const job = z.object({
  id,
  kind: jobKind,
  stage: z
    .enum(['parse', 'embed', 'fetch', 'backup', 'deep'])
    .describe(
      'parse: text becomes searchable; embed: vectors follow; fetch: the files of a model come; backup: the archive is written; deep: chunks are read by the chat model.',
    ),
  state: jobState,
  paused: z.boolean().describe('Waits, as `queued`, until it is resumed; also over a restart.'),
  progress: z.object({
    done: z.number().int(),
    total: z.number().int().nullable(),
    unit: z.enum(['pages', 'chunks', 'bytes']),
    per_second: z.number().optional().describe('Lately; left out while that is not known.'),
  }),
  eta_s: z.number().nullable(),
  attempts: z.number().int(),
  project_id: id.nullable(),
  document_id: id.nullable(),
  subject: z.string().nullable().describe('What a job without a document works on: the id of a model, the name of a backup.'),
  error: failure.nullable(),
  created_at: timestamp,
  updated_at: timestamp,
});
export type Job = z.output<typeof job>;

const tag = 'Jobs';
export const jobs = {
  list: op({ method: 'GET', path: '/api/jobs', summary: 'List jobs, newest first unless sorted otherwise', tag, scope: 'read' })
    .input(
      listQuery(['created_at', 'updated_at', 'state'], '-created_at').extend({
        state: jobState.optional(),
        kind: jobKind.optional(),
        project_id: id.optional(),
        document_id: id.optional(),
      }),
    )
    .output(pageOf(job)),
  get: op({ method: 'GET', path: '/api/jobs/{id}', summary: 'Get a job', tag, scope: 'read' }).input(byId).output(job),
  cancel: op({ method: 'POST', path: '/api/jobs/{id}/cancel', summary: 'Cancel a queued or running job', tag, scope: 'write' })
    .input(byId)
    .output(job),
  retry: op({ method: 'POST', path: '/api/jobs/{id}/retry', summary: 'Run a failed or cancelled job again', tag, scope: 'write' })
    .input(byId)
    .output(job),
  pause: op({
    method: 'POST',
    path: '/api/jobs/{id}/pause',
    summary: 'Stop an open job until it is resumed; what it has done is kept',
    tag,
    scope: 'write',
  })
    .input(byId)
    .output(job),
  resume: op({ method: 'POST', path: '/api/jobs/{id}/resume', summary: 'Let a paused job go on', tag, scope: 'write' })
    .input(byId)
    .output(job),
};
