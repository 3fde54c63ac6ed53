/** Merging entities and undoing it: each merge remembers what was said of the entity that went. */
import { v7 as uuid } from 'uuid';
import type { EntityType } from '../../../../contract/graph';
import type { Merge } from '../../../../contract/graph-merges';
import type { Page } from '../../../../contract/shared';
import { notFound } from '../../../../core/errors';
import type { GraphStore } from '../../../../core/ports/graph';
import { connectedWith, type MergeRow, NOTHING, type Undo } from '../../shared/merges';
import { now, pageOf } from '../../shared/paging';
import type { Connection } from '../database';
import { createMoves } from './moves';

const INTO = 'SELECT id FROM entities e WHERE e.project_id = m.project_id AND e.key = m.into_key AND e.type = m.into_type';
const MERGES = `
  SELECT m.id, m.project_id, m.from_type, m.from_name, m.into_type, m.into_name, (${INTO}) AS entity_id, m.created_at FROM graph_merges m`;

type Listed = Omit<MergeRow, 'from_key' | 'into_key' | 'undo'> & { entity_id: string | null };

const toMerge = ({ from_type, from_name, into_type, into_name, entity_id, ...merge }: Listed): Merge => ({
  ...merge,
  from: { name: from_name, type: from_type },
  into: { name: into_name, type: into_type, entity_id },
});

export type Merging = Pick<GraphStore, 'merge' | 'merges' | 'unmerge' | 'dismissals' | 'dismiss'>;

export function createMerging(sql: Connection): Merging {
  const list = sql.prepare(
    `${MERGES} WHERE m.project_id = :project_id AND (:cursor IS NULL OR m.id < :cursor) ORDER BY m.id DESC LIMIT :limit`,
  );
  const dismissals = sql.prepare('SELECT pair FROM graph_dismissals WHERE project_id = ?').pluck();
  const dismiss = sql.prepare('INSERT OR IGNORE INTO graph_dismissals (project_id, pair) VALUES (?, ?)');
  const merge = createMerge(sql);
  const unmerge = createUnmerge(sql);
  return {
    merge: async (input) => merge(input),
    async merges(project_id, { limit, cursor }): Promise<Page<Merge>> {
      const rows = list.all({ project_id, cursor: cursor ?? null, limit: limit + 1 }) as Listed[];
      return pageOf(rows, limit, ({ id }) => id, toMerge);
    },
    unmerge: async (project_id, merge_id) => unmerge(project_id, merge_id),
    dismissals: async (project_id) => dismissals.all(project_id) as string[],
    async dismiss(project_id, pair) {
      dismiss.run(project_id, pair);
    },
  };
}

interface Found {
  row: number;
  key: string;
  type: EntityType;
  name: string;
}

function createMerge(sql: Connection) {
  const find = sql.prepare('SELECT row, key, type, name FROM entities WHERE id = ? AND project_id = ?');
  const keep = sql.prepare(`
    INSERT INTO graph_merges (id, project_id, from_key, from_type, from_name, into_key, into_type, into_name, undo, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const listed = sql.prepare(`${MERGES} WHERE m.id = ?`);
  const moves = createMoves(sql);
  return sql.transaction(({ project_id, from, into }: Parameters<GraphStore['merge']>[0]): Merge => {
    const [gone, stays] = [from, into].map((id) => {
      const found = find.get(id, project_id) as Found | undefined;
      if (!found) throw notFound('entity', id);
      return found;
    }) as [Found, Found];
    const undo = moves.move(gone.row, stays.row);
    const id = uuid();
    const names = [gone.key, gone.type, gone.name, stays.key, stays.type, stays.name];
    keep.run(id, project_id, ...names, JSON.stringify(undo), now());
    return toMerge(listed.get(id) as Listed);
  });
}

/**
 * Later merges into the same entity are taken back first and made again afterwards: each finds the graph as it was left by those before.
 * What documents read since have said under the old name is not told apart, so these are read again.
 */
function createUnmerge(sql: Connection) {
  const from = sql.prepare('SELECT * FROM graph_merges WHERE project_id = ? AND id >= ? ORDER BY id');
  const row = sql.prepare('SELECT row FROM entities WHERE project_id = ? AND key = ? AND type = ?').pluck();
  const remember = sql.prepare('UPDATE graph_merges SET undo = ? WHERE id = ?');
  const readAgain = sql.prepare(`
    UPDATE graph_progress SET rules = -1 WHERE document_id IN (SELECT document_id FROM graph_merge_documents WHERE merge_id = ?)`);
  const remove = sql.prepare('DELETE FROM graph_merges WHERE id = ?');
  const moves = createMoves(sql);
  const rowOf = (project_id: string, key: string, type: EntityType) => row.get(project_id, key, type) as number | undefined;

  return sql.transaction((project_id: string, merge_id: string): boolean => {
    const all = from.all(project_id, merge_id) as MergeRow[];
    const [undone] = all;
    if (undone?.id !== merge_id) return false;
    const connected = connectedWith(undone, all);
    for (const one of connected.toReversed()) {
      moves.restore(JSON.parse(one.undo) as Undo, one, rowOf(project_id, one.into_key, one.into_type));
    }
    readAgain.run(merge_id);
    remove.run(merge_id);
    for (const one of connected.slice(1)) {
      const [gone, stays] = [rowOf(project_id, one.from_key, one.from_type), rowOf(project_id, one.into_key, one.into_type)];
      remember.run(JSON.stringify(gone === undefined || stays === undefined ? NOTHING : moves.move(gone, stays)), one.id);
    }
    return true;
  });
}
