/** System: liveness, what this installation is made of, and the one push stream of changes. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { document } from './documents';
import { folder } from './folders';
import { job } from './jobs';
import { op } from './op';
import { id, timestamp } from './shared';

export const health = z.object({ status: z.literal('ok'), version: z.string(), uptime_s: z.number() });

export const modelState = z.enum(['absent', 'downloading', 'available', 'loading', 'loaded', 'failed']);
export const modelInfo = z.object({
  id: z.string().nullable().describe('Catalogue id or file name; null when none is chosen.'),
  state: modelState,
  engine: z.string().nullable(),
  detail: z.string().nullable().describe('Why it is absent or failed, in words.'),
  context_tokens: z.number().int().nullable(),
  dimensions: z.number().int().nullable().describe('Of an embedding model.'),
  sends_text_to: z.string().nullable().optional().describe('The host that gets the text, of an external engine.'),
});
export type ModelInfo = z.output<typeof modelInfo>;

export const gpuInfo = z.object({
  requested: z.string().describe('`auto`, or what the setting asked for.'),
  used: z.enum(['cuda', 'vulkan', 'metal', 'none']).nullable().describe('Null until the engine was started once.'),
  supported: z.array(z.string()).nullable().describe('What this machine could use.'),
  devices: z.array(z.string()),
  reason: z.string().nullable().describe('Why the CPU is used, when it is.'),
  tried: z
    .array(z.object({ type: z.string(), error: z.string() }))
    .optional()
    .describe('What this machine seemed to support and did not work, and why.'),
  memory: z.object({ total_bytes: z.number(), free_bytes: z.number() }).nullable().optional().describe('Of the graphics cards.'),
});
export type GpuInfo = z.output<typeof gpuInfo>;

export const careInfo = z.object({
  state: z
    .enum(['unchecked', 'checking', 'repairing', 'sound', 'restart_needed'])
    .describe('Every start looks at the library in the background. restart_needed: the file itself is damaged; the next start repairs it.'),
  checked_at: timestamp.nullable(),
  repairs: z
    .array(z.object({ at: timestamp, what: z.enum(['library', 'index', 'full_text', 'graph', 'vectors']), message: z.string() }))
    .describe('What had to be repaired, newest first; the last twenty.'),
});
export type CareInfo = z.output<typeof careInfo>;

/** Something that does not work at the moment while the rest goes on. */
export const problem = z.object({
  engine: z.string().describe('`chroma`, `neo4j`, `postgres`…'),
  message: z.string().describe('What is wrong, and what to do.'),
  since: timestamp,
  waiting: z.number().int().describe('Changes that wait until it works again; none is lost.'),
});
export type Problem = z.output<typeof problem>;

export const systemInfo = z.object({
  version: z.string(),
  versions: z.record(z.string(), z.string()),
  host: z.enum(['desktop', 'headless', 'cli']),
  platform: z.string(),
  data_dir: z.string(),
  memory: z.object({ rss_bytes: z.number(), free_bytes: z.number(), total_bytes: z.number(), available_bytes: z.number() }),
  cpu: z.object({ cores: z.number(), inference_threads: z.number() }),
  gpu: gpuInfo,
  models: z.object({ chat: modelInfo, embedding: modelInfo, reranker: modelInfo }),
  vectors: z
    .object({
      serving: z.string().nullable().describe('The model whose vectors are searched.'),
      next: z
        .object({ model: z.string(), done: z.number().int(), total: z.number().int() })
        .nullable()
        .describe('The model that takes over when all documents have its vectors; `done` and `total` count documents.'),
    })
    .describe('Another embedding model was chosen: the old vectors serve until the new ones are complete.'),
  engines: z.object({ records: z.string(), vectors: z.string(), keyword: z.string(), graph: z.string().nullable() }),
  counts: z.object({ projects: z.number(), documents: z.number(), chunks: z.number(), embeddings: z.number(), jobs_open: z.number() }),
  care: careInfo.describe('Is the library whole?'),
  problems: z.array(problem).describe('Engines that do not work at the moment; empty when all is well.'),
});
export type SystemInfo = z.output<typeof systemInfo>;

/** A change pushed to windows and subscribers. `event_id` grows by one; resume with the last one seen. */
export const systemEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('job'), event_id: z.number().int(), job }),
  z.object({ type: z.literal('document'), event_id: z.number().int(), document }),
  z.object({ type: z.literal('document_removed'), event_id: z.number().int(), document_id: id, project_id: id }),
  z.object({
    type: z.literal('model'),
    event_id: z.number().int(),
    kind: z.enum(['chat', 'embedding', 'reranker']),
    in_use: z.boolean().describe('False for a model that is neither answering nor searching: one that is being downloaded, say.'),
    model: modelInfo,
  }),
  z.object({ type: z.literal('folder'), event_id: z.number().int(), folder }),
  z
    .object({
      type: z.literal('import'),
      event_id: z.number().int(),
      name: z.string().describe('Of the project in the archive.'),
      progress: z.object({ done: z.number().int(), total: z.number().int(), unit: z.literal('documents') }),
      project_id: id.nullable().describe('Once it is there; while the archive is checked nothing is kept.'),
    })
    .describe('How far the import of a project is.'),
  z
    .object({ type: z.literal('missed'), event_id: z.number().int() })
    .describe('Changes up to this one, after the last one you saw, are not kept any more: read again what you show. Later ones follow.'),
]);
export type SystemEvent = z.output<typeof systemEvent>;

export const compacted = z.object({
  bytes_before: z.number().int().describe('Size of the library file and its log of changes.'),
  bytes_after: z.number().int(),
  duration_ms: z.number().int(),
  copies: z
    .array(z.string())
    .describe('Files and folders of the data folder that hold the library of an earlier time, and with it what was deleted since.'),
});
export type Compacted = z.output<typeof compacted>;

const tag = 'System';
export const system = {
  health: op({ method: 'GET', path: '/api/health', summary: 'Is it alive? Needs no token', tag, scope: 'read' }).output(health),
  info: op({ method: 'GET', path: '/api/system', summary: 'Versions, hardware, models, engines, counts', tag, scope: 'read' }).output(
    systemInfo,
  ),
  metrics: op({ method: 'GET', path: '/metrics', summary: 'Figures for Prometheus', tag, scope: 'read' }).output(
    z.file().describe('Prometheus text exposition, version 0.0.4.'),
  ),
  compact: op({
    method: 'POST',
    path: '/api/system/compact',
    summary: 'Write the library file anew: smaller, and without a trace of what was deleted',
    description:
      'Deleted text is overwritten at once; this also gives the space back, to the last byte in the log of changes. Reading goes on meanwhile, ' +
      'writing waits, jobs are held. 409 while a document is being worked on or a backup written for more than ten seconds. ' +
      'Backups, and the libraries kept at a restore or a repair, stay as they are: `copies` names them.',
    tag,
    scope: 'admin',
    cost: 'heavy',
  }).output(compacted),
  events: op({ method: 'GET', path: '/api/events', summary: 'Follow changes as they happen', tag, scope: 'read', door: 'renderer' })
    .input(z.object({ after: z.number().int().optional().describe('Last `event_id` seen.') }))
    .output(eventIterator(systemEvent)),
};
