/** The strongest relations of a project as numbers: for its communities and its map. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { RelationType } from '../../../../contract/graph';
import type { GraphStore } from '../../../../core/ports/graph';
import type { Connection } from '../database';

const EDGES = `
  SELECT r.row, r.source_row AS source, r.target_row AS target, r.weight, r.type FROM relations r
  WHERE r.project_id = :project AND (:row IS NULL OR r.weight < :weight OR (r.weight = :weight AND r.row > :row)) AND r.weight <= :weight
  ORDER BY r.weight DESC, r.row LIMIT :limit`;
const IDS = 'SELECT e.row, e.id FROM json_each(?) r CROSS JOIN entities e ON e.row = r.value';
/** Rows between two breaths: a few milliseconds. */
const STEP = 2_000;
const HEAVIEST = Number.MAX_SAFE_INTEGER;

interface Edge {
  row: number;
  source: number;
  target: number;
  weight: number;
  type: RelationType;
}

export function createEdges(sql: Connection): GraphStore['edges'] {
  const edges = sql.prepare(EDGES);
  const ids = sql.prepare(IDS);

  async function strongest(project: string, limit: number): Promise<Edge[]> {
    const found: Edge[] = [];
    for (let last: Edge | undefined; found.length < limit; await breathe()) {
      const wanted = Math.min(STEP, limit - found.length);
      const some = edges.all({ project, row: last?.row ?? null, weight: last?.weight ?? HEAVIEST, limit: wanted }) as Edge[];
      found.push(...some);
      last = some.at(-1);
      if (some.length < wanted) break;
    }
    return found;
  }

  /** Those that are still there: others run between two breaths. */
  async function idsOf(rows: number[]): Promise<{ row: number; id: string }[]> {
    const found: { row: number; id: string }[] = [];
    for (let at = 0; at < rows.length; at += STEP) {
      found.push(...(ids.all(JSON.stringify(rows.slice(at, at + STEP))) as { row: number; id: string }[]));
      await breathe();
    }
    return found;
  }

  return async (project_id, limit) => {
    const read = await strongest(project_id, limit);
    const nodes = await idsOf([...new Set(read.flatMap(({ source, target }) => [source, target]))].sort((a, b) => a - b));
    const numbers = new Map(nodes.map(({ row }, at) => [row, at]));
    const found = read.filter(({ source, target }) => numbers.has(source) && numbers.has(target));
    const numbered = (of: (edge: Edge) => number) => Int32Array.from(found, (edge) => numbers.get(of(edge)) ?? 0);
    return {
      nodes: nodes.length,
      sources: numbered(({ source }) => source),
      targets: numbered(({ target }) => target),
      weights: Float64Array.from(found, ({ weight }) => weight),
      types: found.map(({ type }) => type),
      ids: nodes.map(({ id }) => id),
    };
  };
}
