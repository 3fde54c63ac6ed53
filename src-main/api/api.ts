/** What all doors of one backend share: the router, its gate, and the figures that both count. */
import type { Log } from '../core/ports/runtime';
import type { Services } from '../core/services';
import { createGate, type Gate } from './gate';
import { createMetrics, type Metrics } from './metrics';
import { createRouter, type Router } from './router';

export interface Api {
  services: Services;
  router: Router;
  gate: Gate;
  metrics: Metrics;
  log: Log;
}

/** One for each backend. @param checkAnswers compares each answer with its contract, see `answersAsPromised` */
export function createApi(services: Services, log: Log, checkAnswers: boolean): Api {
  const metrics = createMetrics(services);
  const gate = createGate(services, metrics);
  return { services, router: createRouter({ services, log, metrics, gate, checkAnswers }), gate, metrics, log };
}
