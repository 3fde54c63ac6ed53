/** Merges of entities as they are kept. */
import type { EntityType } from '../../../contract/graph';

export interface MergeRow {
  id: string;
  project_id: string;
  from_key: string;
  from_type: EntityType;
  from_name: string;
  into_key: string;
  into_type: EntityType;
  into_name: string;
  undo: string;
  created_at: string;
}

const name = (key: string, type: EntityType) => `${type} ${key}`;

/** The merge and the later ones that share an entity with it, directly or through others, in their order. */
export function connectedWith(first: MergeRow, all: MergeRow[]): MergeRow[] {
  const names = new Set([name(first.from_key, first.from_type), name(first.into_key, first.into_type)]);
  return all.filter((one) => {
    const [from, into] = [name(one.from_key, one.from_type), name(one.into_key, one.into_type)];
    if (!names.has(from) && !names.has(into)) return false;
    names.add(from).add(into);
    return true;
  });
}
