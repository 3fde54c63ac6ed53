/** Tables so that each stands behind those it refers to. */
export interface TableFacts {
  name: string;
  /** Names of the tables it refers to. */
  refers: readonly string[];
}

/** @throws Error when two refer to each other in a circle, itself aside */
export function inOrder<T extends TableFacts>(tables: readonly T[]): T[] {
  const ordered: T[] = [];
  const placed = new Set<string>();
  while (ordered.length < tables.length) {
    const next = tables.filter(({ name, refers }) => !placed.has(name) && refers.every((other) => placed.has(other) || other === name));
    if (next.length === 0) throw new Error('the tables refer to each other in a circle');
    for (const table of next) placed.add(table.name);
    ordered.push(...next);
  }
  return ordered;
}

/** Of one installation, or made anew: they do not move along. */
export const STAY_BEHIND: ReadonlySet<string> = new Set([
  'tokens',
  'idempotency',
  'outbox',
  'mirrors',
  'vector_buckets',
  'vector_changes',
  'originals',
  'original_parts',
  'dropped_files',
  'signing_keys',
  'chunk_words',
  'vector_changes',
]);

/** Counted by triggers while the rows that they count are written. */
export const COUNTED: Readonly<Record<string, Readonly<Record<string, number>>>> = { entities: { mentions: 0 }, relations: { weight: 0 } };
