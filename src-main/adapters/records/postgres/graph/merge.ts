/** Merging entities and undoing it: each merge remembers what was said of the entity that went. */
import { v7 as uuid } from 'uuid';
import type { EntityType } from '../../../../contract/graph';
import type { Merge } from '../../../../contract/graph-merges';
import { notFound } from '../../../../core/errors';
import type { GraphStore } from '../../../../core/ports/graph';
import { connectedWith, type MergeRow, NOTHING, type Undo } from '../../shared/merges';
import { now, pageOf } from '../../shared/paging';
import type { Database, Query } from '../database';
import { move, restore } from './moves';

const MERGES = `
  SELECT m.id, m.project_id, m.created_at, json_build_object('name', m.from_name, 'type', m.from_type) AS "from",
    json_build_object('name', m.into_name, 'type', m.into_type, 'entity_id',
      (SELECT e.id FROM entities e WHERE e.project_id = m.project_id AND e.key = m.into_key AND e.type = m.into_type)) AS "into"
  FROM graph_merges m`;
const ENTITY = 'SELECT row, key, type, name FROM entities WHERE id = $1 AND project_id = $2';
const KEEP = `
  INSERT INTO graph_merges (id, project_id, from_key, from_type, from_name, into_key, into_type, into_name, undo, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;
const READ_AGAIN = `
  UPDATE graph_progress SET rules = -1 WHERE document_id IN (SELECT document_id FROM graph_merge_documents WHERE merge_id = $1)`;
/** No other server changes the graph of the project meanwhile. */
const TURN = "SELECT pg_advisory_xact_lock(hashtextextended('graph ' || $1, 0))";

export type Merging = Pick<GraphStore, 'merge' | 'merges' | 'unmerge' | 'dismissals' | 'dismiss'>;

export function createMerging(database: Database): Merging {
  return {
    merge: (input) => database.transaction((query) => merge(query, input)),
    async merges(project_id, { limit, cursor }) {
      const text = `${MERGES} WHERE m.project_id = $1 AND ($2::text IS NULL OR m.id < $2) ORDER BY m.id DESC LIMIT $3`;
      const found = await database.rows<Merge>(text, [project_id, cursor ?? null, limit + 1]);
      return pageOf(
        found,
        limit,
        ({ id }) => id,
        (one) => one,
      );
    },
    unmerge: (project_id, merge_id) => database.transaction((query) => unmerge(query, project_id, merge_id)),
    async dismissals(project_id) {
      const found = await database.rows<{ pair: string }>('SELECT pair FROM graph_dismissals WHERE project_id = $1', [project_id]);
      return found.map(({ pair }) => pair);
    },
    async dismiss(project_id, pair) {
      await database.run('INSERT INTO graph_dismissals (project_id, pair) VALUES ($1, $2) ON CONFLICT DO NOTHING', [project_id, pair]);
    },
  };
}

interface Found {
  row: number;
  key: string;
  type: EntityType;
  name: string;
}

async function merge(query: Query, { project_id, from, into }: Parameters<GraphStore['merge']>[0]): Promise<Merge> {
  await query.rows(TURN, [project_id]);
  const find = async (id: string): Promise<Found> => {
    const found = await query.row<Found>(ENTITY, [id, project_id]);
    if (!found) throw notFound('entity', id);
    return found;
  };
  const [gone, stays] = [await find(from), await find(into)];
  const undo = await move(query, gone.row, stays.row);
  const id = uuid();
  const names = [gone.key, gone.type, gone.name, stays.key, stays.type, stays.name];
  await query.run(KEEP, [id, project_id, ...names, JSON.stringify(undo), now()]);
  return (await query.row<Merge>(`${MERGES} WHERE m.id = $1`, [id])) as Merge;
}

/**
 * Later merges into the same entity are taken back first and made again afterwards: each finds the graph as it was left by those before.
 * What documents read since have said under the old name is not told apart, so these are read again.
 */
async function unmerge(query: Query, project_id: string, merge_id: string): Promise<boolean> {
  await query.rows(TURN, [project_id]);
  const all = await query.rows<MergeRow>('SELECT * FROM graph_merges WHERE project_id = $1 AND id >= $2 ORDER BY id', [
    project_id,
    merge_id,
  ]);
  const [undone] = all;
  if (undone?.id !== merge_id) return false;
  const rowOf = async (key: string, type: EntityType) => {
    const found = await query.row<{ row: number }>('SELECT row FROM entities WHERE project_id = $1 AND key = $2 AND type = $3', [
      ...[project_id, key, type],
    ]);
    return found?.row;
  };
  const connected = connectedWith(undone, all);
  for (const one of connected.toReversed()) {
    await restore(query, JSON.parse(one.undo) as Undo, one, await rowOf(one.into_key, one.into_type));
  }
  await query.run(READ_AGAIN, [merge_id]);
  await query.run('DELETE FROM graph_merges WHERE id = $1', [merge_id]);
  for (const one of connected.slice(1)) {
    const [gone, stays] = [await rowOf(one.from_key, one.from_type), await rowOf(one.into_key, one.into_type)];
    const undo = gone === undefined || stays === undefined ? NOTHING : await move(query, gone, stays);
    await query.run('UPDATE graph_merges SET undo = $1 WHERE id = $2', [JSON.stringify(undo), one.id]);
  }
  return true;
}
