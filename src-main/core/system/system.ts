/** System: liveness and what this installation is made of. */
import { availableParallelism, freemem, totalmem } from 'node:os';
import type { Problem, SystemInfo } from '../../contract/system';
import { storageFault } from '../errors';
import type { Runner } from '../jobs/runner';
import type { Mirrors } from '../mirrors/mirrors';
import { availableBytes } from '../models/memory';
import type { Serving } from '../models/serving';
import type { Ports } from '../ports';
import type { Care } from './care';
import { createCompaction } from './compact';
import type { Events } from './events';

interface Parts {
  runner: Runner;
  care: Care;
  mirrors: Mirrors;
  serving: Serving;
}

/** `health`, `info` and the stream of changes. */
export function createSystem(ports: Ports, events: Events, { runner, care, mirrors, serving }: Parts) {
  const { runtime, records, vectors, graph, chat, embedding, peers } = ports;
  const started = runtime.now().getTime();

  let counts: SystemInfo['counts'] = { projects: 0, documents: 0, chunks: 0, embeddings: 0, jobs_open: 0 };

  /** As they were last known, while the records cannot be reached: what is wrong must be told just then. */
  async function counted(): Promise<SystemInfo['counts']> {
    counts = await records.counts().catch((error: unknown) => {
      if (storageFault(error)) return counts;
      throw error;
    });
    return counts;
  }

  /** Without the records nothing is known of what waits for others. */
  async function problems(): Promise<Problem[]> {
    const outage = peers?.outage();
    return outage ? [{ engine: records.engine, ...outage, waiting: 0 }] : mirrors.problems();
  }

  async function info(): Promise<SystemInfo> {
    return {
      version: runtime.version,
      versions: definedOnly(process.versions),
      host: runtime.host,
      platform: `${process.platform}-${process.arch}`,
      data_dir: runtime.data_dir,
      memory: { rss_bytes: process.memoryUsage.rss(), free_bytes: freemem(), total_bytes: totalmem(), available_bytes: availableBytes() },
      cpu: { cores: availableParallelism(), inference_threads: chat.threads() },
      gpu: chat.gpu(),
      models: { chat: chat.info(), embedding: embedding.info(), reranker: ports.reranker.info() },
      vectors: await serving.status(),
      engines: { records: records.engine, vectors: vectors.engine, keyword: `${records.engine} full text`, graph: graph.engine },
      counts: await counted(),
      care: care.status,
      problems: await problems(),
    };
  }

  return {
    health: async () => ({
      status: 'ok' as const,
      version: runtime.version,
      uptime_s: Math.round((runtime.now().getTime() - started) / 1000),
    }),
    info,
    compact: createCompaction(ports, runner),
    events: (after: number | undefined, signal: AbortSignal) => events.follow(after, signal),
  };
}

const definedOnly = (versions: NodeJS.ProcessVersions): Record<string, string> =>
  Object.fromEntries(Object.entries(versions).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
