/** Merges of entities as they are kept. */
import type { EntityType, Relation, RelationType } from '../../../contract/graph';

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

/** `[chunk id, start, end, whether the other one had the same]`. */
export type Said = [string, number, number, boolean];

export interface UndoneRelation {
  row: number;
  id: string;
  /** Row of the entity at the other end; null when it was the one that stays. */
  other: number | null;
  outgoing: boolean;
  type: RelationType;
  label: string | null;
  origin: Relation['origin'];
  created_at: string;
  evidence: Said[];
}

/** What was said of the entity that went; kept as JSON, the same in both databases. */
export interface Undo {
  entity: { row: number; id: string; name: string; created_at: string; updated_at: string } | null;
  aliases: string[];
  mentions: Said[];
  relations: UndoneRelation[];
  /** What the merge gave to the one that stays. */
  given: { aliases: string[]; words: string[] };
}

/** Of a decision about what is not there at the moment. */
export const NOTHING: Undo = { entity: null, aliases: [], mentions: [], relations: [], given: { aliases: [], words: [] } };

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
