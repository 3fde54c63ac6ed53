/** Where the nodes of a graph stand: a first place that is always the same, and the places that the worker finds from there. */
import type { LayoutNews, LayoutOrder } from './layout-worker';
import LayoutWorker from './layout-worker?worker';
import type { Edge, Node } from './visible';

export type Places = Map<string, { x: number; y: number }>;

/** Of sunflower seeds: no two in line, all about as dense. */
const GOLDEN = Math.PI * (3 - Math.sqrt(5));

/** Groups begin side by side, so that the forces have little left to do; what is known already stays. */
export function firstPlaces(nodes: Node[], known: Places): Places {
  const rank = ({ group }: Node) => (group < 0 ? Number.POSITIVE_INFINITY : group);
  const places: Places = new Map();
  for (const [n, { id }] of nodes.toSorted((one, two) => (rank(one) < rank(two) ? -1 : rank(one) > rank(two) ? 1 : 0)).entries()) {
    const far = 10 * Math.sqrt(n);
    places.set(id, known.get(id) ?? { x: far * Math.cos(n * GOLDEN), y: far * Math.sin(n * GOLDEN) });
  }
  return places;
}

function orderOf(nodes: Node[], edges: Edge[], places: Places): LayoutOrder {
  const index = new Map(nodes.map(({ id }, n) => [id, n]));
  return {
    places: Float32Array.from(nodes.flatMap(({ id }) => [places.get(id)?.x ?? 0, places.get(id)?.y ?? 0])),
    sizes: Float32Array.from(nodes, () => 1),
    ends: Uint32Array.from(edges.flatMap(({ source, target }) => [index.get(source) ?? 0, index.get(target) ?? 0])),
    weights: Float32Array.from(edges, ({ weight }) => weight),
  };
}

/** @returns ends it */
export function settle(nodes: Node[], edges: Edge[], places: Places, onPlaces: (places: Places, done: boolean) => void): () => void {
  const worker = new LayoutWorker();
  worker.onmessage = ({ data }: MessageEvent<LayoutNews>) => {
    const found: Places = new Map(nodes.map(({ id }, n) => [id, { x: data.places[2 * n] ?? 0, y: data.places[2 * n + 1] ?? 0 }]));
    if (data.done) worker.terminate();
    onPlaces(found, data.done);
  };
  worker.postMessage(orderOf(nodes, edges, places));
  return () => worker.terminate();
}
