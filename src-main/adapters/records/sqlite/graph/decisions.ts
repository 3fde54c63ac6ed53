/** Whom a name means by what was decided: the merges of a project, followed to their end. */
import type { EntityType } from '../../../../contract/graph';
import type { Connection } from '../database';

interface Named {
  key: string;
  type: EntityType;
  name: string;
}

interface Decision {
  id: string;
  into_key: string;
  into_type: EntityType;
  into_name: string;
}

/** A merge into what was merged later: no chain is longer. */
const LONGEST = 100;

/** The function notes which documents a decision was needed for: undoing it has them read again. */
export function createDecisions(sql: Connection): (chunk: { project_id: string; document_id: string }, named: Named) => Named {
  const decision = sql.prepare(
    'SELECT id, into_key, into_type, into_name FROM graph_merges WHERE project_id = ? AND from_key = ? AND from_type = ?',
  );
  const note = sql.prepare('INSERT OR IGNORE INTO graph_merge_documents (merge_id, document_id) VALUES (?, ?)');
  return ({ project_id, document_id }, named) => {
    let meant = named;
    for (let step = 0; step < LONGEST; step += 1) {
      const found = decision.get(project_id, meant.key, meant.type) as Decision | undefined;
      if (!found) break;
      note.run(found.id, document_id);
      meant = { key: found.into_key, type: found.into_type, name: found.into_name };
    }
    return meant;
  };
}
