/** What mirrors still have to be told, in SQLite. Triggers write the notes; here they are read, and queued anew for a whole mirror. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { MirrorTarget, OutboxEntry, OutboxRecords } from '../../../../core/ports/outbox';
import type { SqliteDatabase } from '../database';

/** Rows queued in one transaction: about 10 ms. */
const BATCH = 2_000;

/** What there is of each kind, on from a row. A note that waits already keeps its number: it has not been worked off. */
const SOURCES: Record<MirrorTarget, { kind: OutboxEntry['kind']; next: string; queue: string }[]> = {
  chroma: [
    {
      kind: 'vector',
      next: 'SELECT max(row) FROM (SELECT chunk_row AS row FROM embeddings WHERE chunk_row > :after ORDER BY chunk_row LIMIT :limit)',
      queue: `INSERT OR IGNORE INTO outbox (target, kind, key, project_id, model)
        SELECT 'chroma', 'vector', c.id, d.project_id, e.model FROM embeddings e CROSS JOIN chunks c ON c.row = e.chunk_row
        CROSS JOIN documents d ON d.id = c.document_id WHERE e.chunk_row > :after AND e.chunk_row <= :upto`,
    },
  ],
  neo4j: (['entity', 'relation'] as const).map((kind) => {
    const table = kind === 'entity' ? 'entities' : 'relations';
    return {
      kind,
      next: `SELECT max(row) FROM (SELECT row FROM ${table} WHERE row > :after ORDER BY row LIMIT :limit)`,
      queue: `INSERT OR IGNORE INTO outbox (target, kind, key, project_id)
        SELECT 'neo4j', '${kind}', id, project_id FROM ${table} WHERE row > :after AND row <= :upto`,
    };
  }),
};

export function createOutboxTables({ sql }: SqliteDatabase): OutboxRecords {
  const fill = createFilling(sql);
  const insert = sql.prepare('INSERT OR IGNORE INTO mirrors (target, filling) VALUES (?, ?)');
  const again = sql.prepare('UPDATE mirrors SET filling = ? WHERE target = ?');
  const enabled = sql.prepare('SELECT target FROM mirrors ORDER BY target').pluck();
  const take = sql.prepare('SELECT seq, target, kind, key, project_id, model FROM outbox WHERE target = ? ORDER BY seq LIMIT ?');
  const done = sql.prepare('DELETE FROM outbox WHERE seq = ?');
  const doneAll = sql.transaction((entries: OutboxEntry[]) => {
    for (const { seq } of entries) done.run(seq);
  });
  const count = sql.prepare('SELECT count(*) FROM outbox WHERE target = ?').pluck();
  const countOf = sql.prepare('SELECT count(*) FROM outbox WHERE target = ? AND project_id = ?').pluck();
  const keys = sql.prepare('SELECT DISTINCT key FROM outbox WHERE target = ? AND project_id = ? LIMIT ?').pluck();
  const disable = sql.transaction((target: MirrorTarget) => {
    sql.prepare('DELETE FROM mirrors WHERE target = ?').run(target);
    sql.prepare('DELETE FROM outbox WHERE target = ?').run(target);
  });
  return {
    async enable(target) {
      const isNew = insert.run(target, begin(target)).changes > 0;
      await fill(target);
      return isNew;
    },
    disable: async (target) => disable(target),
    enabled: async () => enabled.all() as MirrorTarget[],
    async refill(target) {
      if (again.run(begin(target), target).changes > 0) await fill(target);
    },
    take: async (target, limit) => take.all(target, limit) as OutboxEntry[],
    done: async (entries) => doneAll(entries),
    waiting: async (target, project_id) => Number(project_id === undefined ? count.get(target) : countOf.get(target, project_id)),
    waitingKeys: async (target, project_id, limit) => keys.all(target, project_id, limit) as string[],
    lead: async () => true,
  };
}

const begin = (target: MirrorTarget) => JSON.stringify({ kind: SOURCES[target][0]?.kind, after: 0 });

/** In small transactions, each with the place where the next goes on: a process that is killed meanwhile fills on when it enables again. */
function createFilling(sql: SqliteDatabase['sql']): (target: MirrorTarget) => Promise<void> {
  const filling = sql.prepare('SELECT filling FROM mirrors WHERE target = ?').pluck();
  const advance = sql.prepare('UPDATE mirrors SET filling = ? WHERE target = ?');

  const step = sql.transaction((target: MirrorTarget): boolean => {
    const place = filling.get(target) as string | null | undefined;
    if (!place) return false;
    const { kind, after } = JSON.parse(place) as { kind: OutboxEntry['kind']; after: number };
    const sources = SOURCES[target];
    const at = sources.findIndex((source) => source.kind === kind);
    const source = sources[at];
    const upto = source && (sql.prepare(source.next).pluck().get({ after, limit: BATCH }) as number | null);
    if (source && upto) {
      sql.prepare(source.queue).run({ after, upto });
      advance.run(JSON.stringify({ kind, after: upto }), target);
      return true;
    }
    const following = sources[at + 1];
    advance.run(following ? JSON.stringify({ kind: following.kind, after: 0 }) : null, target);
    return following !== undefined;
  });

  return async (target) => {
    while (step(target)) await breathe();
  };
}
