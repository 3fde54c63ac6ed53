/** Takes from entities the other names that stand in none of the chunks that still name them. */
import { AROUND, type NamedEntity, staleWords } from '../../shared/stale-names';
import type { Query } from '../database';

const NAMED_IN = `
  SELECT DISTINCT m.entity_row AS row FROM mentions m WHERE m.chunk_row = ANY($1::bigint[])
  AND EXISTS (SELECT 1 FROM entity_aliases a WHERE a.entity_row = m.entity_row)`;
const PLACE = `substr(c.text, greatest(1, m.char_start - c.char_start - ${AROUND}), m.char_end - m.char_start + 2 * ${AROUND})`;
const STALE = `
  DELETE FROM entity_aliases a WHERE a.entity_row = ANY($1::bigint[]) AND NOT EXISTS (
    SELECT 1 FROM mentions m JOIN chunks c ON c.row = m.chunk_row
    WHERE m.entity_row = a.entity_row AND position(a.name IN replace(${PLACE}, chr(10), ' ')) > 0)
  RETURNING a.entity_row AS row, a.name`;
const LEFT = `
  SELECT e.row, e.key, e.name,
    ARRAY(SELECT a.name FROM entity_aliases a WHERE a.entity_row = e.row) AS aliases,
    ARRAY(SELECT g.from_key FROM graph_merges g WHERE g.project_id = e.project_id AND g.into_key = e.key AND g.into_type = e.type) AS merged
  FROM entities e WHERE e.row = ANY($1::bigint[])`;

/** Entities with other names that these chunks name. */
export async function namedIn(query: Query, chunkRows: number[]): Promise<number[]> {
  return (await query.rows<{ row: number }>(NAMED_IN, [chunkRows])).map(({ row }) => row);
}

/** Once the chunks are gone; inside the same transaction. */
export async function dropStaleNames(query: Query, entityRows: number[]): Promise<void> {
  if (entityRows.length === 0) return;
  const gone = await query.rows<{ row: number; name: string }>(STALE, [entityRows]);
  if (gone.length === 0) return;
  const left = await query.rows<NamedEntity & { row: number }>(LEFT, [[...new Set(gone.map(({ row }) => row))]]);
  for (const { row, ...entity } of left) {
    const names = gone.filter((one) => one.row === row).map(({ name }) => name);
    await query.run('DELETE FROM entity_words WHERE entity_row = $1 AND word = ANY($2::text[])', [row, staleWords(names, entity)]);
  }
}
