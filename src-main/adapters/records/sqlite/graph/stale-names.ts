/** Takes from entities the other names that stand in none of the chunks that still name them. */
import { AROUND, type NamedEntity, staleWords } from '../../shared/stale-names';
import type { Connection } from '../database';

const NAMED_IN = `
  SELECT DISTINCT m.entity_row FROM json_each(?) r CROSS JOIN mentions m ON m.chunk_row = r.value
  WHERE EXISTS (SELECT 1 FROM entity_aliases a WHERE a.entity_row = m.entity_row)`;
const PLACE = `substr(c.text, max(1, m.char_start - c.char_start - ${AROUND}), m.char_end - m.char_start + 2 * ${AROUND})`;
const STALE = `
  DELETE FROM entity_aliases WHERE entity_row = :row AND NOT EXISTS (
    SELECT 1 FROM mentions m CROSS JOIN chunks c ON c.row = m.chunk_row
    WHERE m.entity_row = :row AND instr(replace(${PLACE}, char(10), ' '), entity_aliases.name) > 0)
  RETURNING name`;

export interface StaleNames {
  /** Entities with other names that these chunks name. */
  namedIn(chunkRows: number[]): number[];
  /** Once the chunks are gone; inside the same transaction. */
  drop(entityRows: number[]): void;
}

export function createStaleNames(sql: Connection): StaleNames {
  const named = sql.prepare(NAMED_IN).pluck();
  const stale = sql.prepare(STALE).pluck();
  const entity = sql.prepare('SELECT project_id, key, type, name FROM entities WHERE row = ?');
  const aliases = sql.prepare('SELECT name FROM entity_aliases WHERE entity_row = ?').pluck();
  const merged = sql.prepare('SELECT from_key FROM graph_merges WHERE project_id = ? AND into_key = ? AND into_type = ?').pluck();
  const forget = sql.prepare('DELETE FROM entity_words WHERE entity_row = ? AND word = ?');

  function dropOf(row: number): void {
    const found = entity.get(row) as { project_id: string; key: string; type: string; name: string } | undefined;
    const gone = found ? (stale.all({ row }) as string[]) : [];
    if (!found || gone.length === 0) return;
    const { project_id, key, type, name } = found;
    const left: NamedEntity = {
      key,
      name,
      aliases: aliases.all(row) as string[],
      merged: merged.all(project_id, key, type) as string[],
    };
    for (const word of staleWords(gone, left)) forget.run(row, word);
  }

  return {
    namedIn: (chunkRows) => named.all(JSON.stringify(chunkRows)) as number[],
    drop: (entityRows) => entityRows.forEach(dropOf),
  };
}
