/** Whom names mean by what was decided: the merges of a project, followed to their end. */
import type { EntityType } from '../../../../contract/graph';
import type { Query } from '../database';

export interface Named {
  key: string;
  type: EntityType;
  name: string;
}

interface Decision {
  id: string;
  from_key: string;
  from_type: EntityType;
  into_key: string;
  into_type: EntityType;
  into_name: string;
}

/** A merge into what was merged later: no chain is longer. */
const LONGEST = 100;

const DECISIONS = `
  SELECT m.id, m.from_key, m.from_type, m.into_key, m.into_type, m.into_name
  FROM unnest($2::text[], $3::text[]) AS n(key, type) JOIN graph_merges m ON m.project_id = $1 AND m.from_key = n.key AND m.from_type = n.type`;
const NOTE = `
  INSERT INTO graph_merge_documents (merge_id, document_id) SELECT DISTINCT merge_id, $2 FROM unnest($1::text[]) AS n(merge_id)
  ON CONFLICT DO NOTHING`;

export const nameOf = ({ type, key }: Pick<Named, 'type' | 'key'>): string => `${type}\n${key}`;

/** Notes which documents a decision was needed for: undoing it has them read again. */
export async function createMeanings(
  query: Query,
  { project_id, document_id }: { project_id: string; document_id: string },
  named: Named[],
): Promise<(named: Named) => Named> {
  const decided = new Map<string, Decision>();
  let open = named.map(({ key, type }) => ({ key, type }));
  for (let step = 0; step < LONGEST && open.length > 0; step += 1) {
    const found = await query.rows<Decision>(DECISIONS, [project_id, open.map(({ key }) => key), open.map(({ type }) => type)]);
    const fresh = found.filter((one) => !decided.has(nameOf({ type: one.from_type, key: one.from_key })));
    for (const one of fresh) decided.set(nameOf({ type: one.from_type, key: one.from_key }), one);
    open = fresh.map(({ into_key, into_type }) => ({ key: into_key, type: into_type }));
  }
  if (decided.size > 0) await query.run(NOTE, [[...decided.values()].map(({ id }) => id), document_id]);
  return (one) => {
    let meant = one;
    for (let step = 0; step < LONGEST; step += 1) {
      const found = decided.get(nameOf(meant));
      if (!found) break;
      meant = { key: found.into_key, type: found.into_type, name: found.into_name };
    }
    return meant;
  };
}
