/** GET /metrics: what the server does, in Prometheus' text format. Names of operations only, never what was asked. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Services } from '../core/services';
import type { CallerDoor } from './context';

/** Seconds. */
const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30];

export interface Metrics {
  /** One HTTP request is over; `operation` is null for pages, assets and unknown addresses. */
  request(facts: { method: string; operation: string | null; status: number | string; seconds: number }): void;
  /** One operation is over, whatever door it came through. */
  operation(facts: { operation: string; door: CallerDoor; outcome: string }): void;
  /** WebSockets that are open now. */
  sockets(count: () => number): void;
  /** The exposition, as a file so that every door can carry it. */
  file(): Promise<File>;
}

/** A registry of its own, so that two servers in one process do not count together. */
export function createMetrics(services: Pick<Services, 'system' | 'mirrors'>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'pressmark_http_request_duration_seconds',
    help: 'HTTP requests by method, operation and status.',
    labelNames: ['method', 'operation', 'status'],
    buckets: BUCKETS,
    registers,
  });
  const operations = new Counter({
    name: 'pressmark_operations_total',
    help: 'Operations through every door, with their outcome.',
    labelNames: ['operation', 'door', 'outcome'],
    registers,
  });
  let openSockets = () => 0;
  const count = new Gauge({ name: 'pressmark_library_items', help: 'What the library holds.', labelNames: ['kind'], registers });
  const models = new Gauge({ name: 'pressmark_model_loaded', help: '1 while the model is in memory.', labelNames: ['kind'], registers });
  const sockets = new Gauge({ name: 'pressmark_websockets', help: 'WebSockets that are open.', registers });
  const waiting = new Gauge({
    name: 'pressmark_mirror_waiting',
    help: 'Changes that a mirror (Chroma, Neo4j) has not been told yet.',
    labelNames: ['target'],
    registers,
  });
  const ready = new Gauge({ name: 'pressmark_mirror_ready', help: '1 while the mirror answers.', labelNames: ['target'], registers });
  return {
    request: ({ method, operation, status, seconds }) => requests.observe({ method, operation: operation ?? 'other', status }, seconds),
    operation: (labels) => operations.inc(labels),
    sockets: (counted) => {
      openSockets = counted;
    },
    async file() {
      const { counts, models: loaded } = await services.system.info();
      for (const [kind, held] of Object.entries(counts)) count.set({ kind }, held);
      models.set({ kind: 'chat' }, loaded.chat.state === 'loaded' ? 1 : 0);
      models.set({ kind: 'embedding' }, loaded.embedding.state === 'loaded' ? 1 : 0);
      sockets.set(openSockets());
      for (const mirror of await services.mirrors.states()) {
        waiting.set({ target: mirror.target }, mirror.waiting);
        ready.set({ target: mirror.target }, mirror.ready ? 1 : 0);
      }
      return new File([await registry.metrics()], 'metrics.txt', { type: registry.contentType });
    },
  };
}
