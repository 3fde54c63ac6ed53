/** Places a graph by its forces, in a thread of its own, and tells the places again and again until they are at rest. */
import Graph from 'graphology';
import forceAtlas2 from 'graphology-layout-forceatlas2';

export interface LayoutOrder {
  /** x and y of each node, one after the other. */
  places: Float32Array;
  sizes: Float32Array;
  /** Index of source and target of each edge, one after the other. */
  ends: Uint32Array;
  weights: Float32Array;
}
export interface LayoutNews {
  places: Float32Array;
  done: boolean;
}

/** Between two tellings. */
const STEP_MS = 120;
const MOST_MS = 12_000;
const ITERATIONS = { least: 150, most: 600 };
/** Of the width of the whole, a node moves on average in one step: less is rest. */
const REST = 0.0008;
const LARGE = 1_000;

function build({ places, sizes, ends, weights }: LayoutOrder): Graph {
  const graph = new Graph({ type: 'undirected', multi: true });
  for (let n = 0; n < sizes.length; n++) graph.addNode(n, { x: places[2 * n], y: places[2 * n + 1], size: sizes[n] });
  for (let e = 0; e < weights.length; e++) graph.addEdge(ends[2 * e], ends[2 * e + 1], { weight: weights[e] });
  return graph;
}

function placesOf(graph: Graph): Float32Array {
  const places = new Float32Array(2 * graph.order);
  graph.forEachNode((node, { x, y }) => {
    places[2 * Number(node)] = x;
    places[2 * Number(node) + 1] = y;
  });
  return places;
}

function moved(before: Float32Array, after: Float32Array): number {
  let [low, high, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i < after.length; i++) {
    const at = after[i] ?? 0;
    low = Math.min(low, at);
    high = Math.max(high, at);
    sum += Math.abs(at - (before[i] ?? 0));
  }
  return sum / after.length / Math.max(high - low, 1e-6);
}

/** Calls `tell` until the graph is at rest, or the time is up. */
function settle(order: LayoutOrder, tell: (news: LayoutNews) => void): void {
  const graph = build(order);
  const nodes = order.sizes.length;
  const settings = {
    ...forceAtlas2.inferSettings(graph),
    barnesHutOptimize: nodes > LARGE,
    barnesHutTheta: 0.8,
    strongGravityMode: true,
    // Alone it would leave the parts of a small graph far from each other, and a large one a ball.
    gravity: nodes > LARGE ? 0.1 : 0.5,
    scalingRatio: 12,
    edgeWeightInfluence: 0.5,
    slowDown: 2 + Math.log(nodes + 1),
  };
  const began = performance.now();
  let before = order.places;
  let iterations = 4;
  for (let done = 0; ; ) {
    const step = performance.now();
    forceAtlas2.assign(graph, { iterations, settings });
    done += iterations;
    const took = performance.now() - step;
    const places = placesOf(graph);
    const atRest = moved(before, places) / iterations < REST && done > ITERATIONS.least;
    const over = atRest || done >= ITERATIONS.most || performance.now() - began > MOST_MS;
    before = places;
    tell({ places, done: over });
    if (over) return;
    iterations = Math.max(1, Math.min(60, Math.round((iterations * STEP_MS) / Math.max(took, 1))));
  }
}

self.onmessage = ({ data }: MessageEvent<LayoutOrder>) => settle(data, (news) => self.postMessage(news));
