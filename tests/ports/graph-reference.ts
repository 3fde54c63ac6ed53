/** A drawn graph, and walks through it by the plain definition, for comparing stores with. */
export type DrawnEdge = [string, string, number];

export const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `N${n}`);

/** The same graph for the same seed; entities come first in the order of their numbers, so that ties are known. */
export function drawn({ nodes, edges, seed }: { nodes: number; edges: number; seed: number }): DrawnEdge[] {
  let state = seed;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const found = new Map<string, DrawnEdge>();
  for (let node = 0; node + 1 < nodes; node += 2) found.set(`${node} ${node + 1}`, [`N${node}`, `N${node + 1}`, 1]);
  while (found.size < edges) {
    const [a, b] = [below(nodes), below(nodes)].sort((one, other) => one - other) as [number, number];
    if (a !== b) found.set(`${a} ${b}`, [`N${a}`, `N${b}`, 1 + below(4)]);
  }
  return [...found.values()];
}

const numberOf = (name: string) => Number(name.slice(1));

function neighbours(edges: DrawnEdge[], name: string): [string, number][] {
  return edges.flatMap(([a, b, weight]): [string, number][] => (a === name ? [[b, weight]] : b === name ? [[a, weight]] : []));
}

export function expectedAround(edges: DrawnEdge[], start: string, depth: number, limit: number) {
  const found: [string, number][] = [[start, 0]];
  let frontier = [start];
  for (let level = 1; level <= depth; level += 1) {
    const strength = new Map<string, number>();
    const seen = new Set(found.map(([name]) => name));
    for (const [name, weight] of frontier.flatMap((one) => neighbours(edges, one))) {
      if (!seen.has(name)) strength.set(name, (strength.get(name) ?? 0) + weight);
    }
    const strongest = [...strength].sort((a, b) => b[1] - a[1] || numberOf(a[0]) - numberOf(b[0])).map(([name]) => name);
    const room = limit - found.length;
    frontier = strongest.slice(0, room);
    found.push(...frontier.map((name): [string, number] => [name, level]));
    if (strongest.length > room) return { found, truncated: true };
  }
  return { found, truncated: false };
}

/** Null when it is longer than `longest`. */
export function expectedDistance(edges: DrawnEdge[], from: string, to: string, longest: number): number | null {
  let reached = new Set([from]);
  for (let distance = 0; distance <= longest; distance += 1) {
    if (reached.has(to)) return distance;
    reached = new Set([...reached].flatMap((name) => [name, ...neighbours(edges, name).map(([other]) => other)]));
  }
  return null;
}
