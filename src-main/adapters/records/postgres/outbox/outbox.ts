/** What mirrors still have to be told, in PostgreSQL. Triggers write the notes; here they are read, and queued anew for a whole mirror. */
import type { MirrorTarget, OutboxEntry, OutboxRecords } from '../../../../core/ports/outbox';
import type { Database, Query } from '../database';
import type { Locks } from '../locks';

/** Rows queued in one transaction. */
const BATCH = 2_000;

interface Source {
  kind: OutboxEntry['kind'];
  next: string;
  queue: string;
}

/** What there is of each kind, on from a row. A note that waits already keeps its number: it has not been worked off. */
const SOURCES: Record<MirrorTarget, Source[]> = {
  chroma: [
    {
      kind: 'vector',
      next: 'SELECT max(row) AS upto FROM (SELECT chunk_row AS row FROM embeddings WHERE chunk_row > $1 ORDER BY chunk_row LIMIT $2) n',
      queue: `INSERT INTO outbox (target, kind, key, project_id, model)
        SELECT 'chroma', 'vector', c.id, d.project_id, e.model FROM embeddings e JOIN chunks c ON c.row = e.chunk_row
        JOIN documents d ON d.id = c.document_id WHERE e.chunk_row > $1 AND e.chunk_row <= $2 ORDER BY c.id, e.model ON CONFLICT DO NOTHING`,
    },
  ],
  neo4j: (['entity', 'relation'] as const).map((kind) => {
    const table = kind === 'entity' ? 'entities' : 'relations';
    return {
      kind,
      next: `SELECT max(row) AS upto FROM (SELECT row FROM ${table} WHERE row > $1 ORDER BY row LIMIT $2) n`,
      queue: `INSERT INTO outbox (target, kind, key, project_id)
        SELECT 'neo4j', '${kind}', id, project_id FROM ${table} WHERE row > $1 AND row <= $2 ORDER BY id ON CONFLICT DO NOTHING`,
    };
  }),
};

const begin = (target: MirrorTarget) => JSON.stringify({ kind: SOURCES[target][0]?.kind, after: 0 });

/** Whatever began to write before has either noted it or ends first: a trigger that looked for mirrors holds this off until then. */
const ALONE = 'LOCK TABLE mirrors IN ACCESS EXCLUSIVE MODE';

export function createOutbox(database: Database, locks: Pick<Locks, 'hold'>): OutboxRecords {
  const { rows, row } = database;

  async function count(text: string, values: unknown[]): Promise<number> {
    return (await row<{ n: number }>(`SELECT count(*) AS n FROM outbox WHERE ${text}`, values))?.n ?? 0;
  }

  return {
    async enable(target) {
      const isNew = await database.transaction(async (query) => {
        await query.run(ALONE);
        return (
          (await query.run('INSERT INTO mirrors (target, filling) VALUES ($1, $2) ON CONFLICT DO NOTHING', [target, begin(target)])) > 0
        );
      });
      await fill(database, target);
      return isNew;
    },
    disable: (target) =>
      database.transaction(async (query) => {
        await query.run(ALONE);
        await query.run('DELETE FROM mirrors WHERE target = $1', [target]);
        await query.run('DELETE FROM outbox WHERE target = $1', [target]);
      }),
    enabled: async () => (await rows<{ target: MirrorTarget }>('SELECT target FROM mirrors ORDER BY target')).map(({ target }) => target),
    async refill(target) {
      const known = await database.run('UPDATE mirrors SET filling = $2 WHERE target = $1', [target, begin(target)]);
      if (known > 0) await fill(database, target);
    },
    take: (target, limit) =>
      rows('SELECT seq, target, kind, key, project_id, model FROM outbox WHERE target = $1 ORDER BY seq LIMIT $2', [target, limit]),
    done: async (entries) => void (await database.run('DELETE FROM outbox WHERE seq = ANY($1::bigint[])', [entries.map(({ seq }) => seq)])),
    waiting: (target, project_id) =>
      project_id === undefined ? count('target = $1', [target]) : count('target = $1 AND project_id = $2', [target, project_id]),
    async waitingKeys(target, project_id, limit) {
      const found = await rows<{ key: string }>('SELECT DISTINCT key FROM outbox WHERE target = $1 AND project_id = $2 LIMIT $3', [
        target,
        project_id,
        limit,
      ]);
      return found.map(({ key }) => key);
    },
    lead: (target) => locks.hold(`mirror ${target}`),
  };
}

/** In small transactions, each with the place where the next goes on: a process that is killed meanwhile fills on when it enables again. */
async function fill(database: Database, target: MirrorTarget): Promise<void> {
  while (await database.transaction((query) => step(query, target)));
}

async function step(query: Query, target: MirrorTarget): Promise<boolean> {
  const mirror = await query.row<{ filling: { kind: OutboxEntry['kind']; after: number } | null }>(
    'SELECT filling FROM mirrors WHERE target = $1 FOR UPDATE',
    [target],
  );
  if (!mirror?.filling) return false;
  const { kind, after } = mirror.filling;
  const advance = (place: { kind: OutboxEntry['kind']; after: number } | null) =>
    query.run('UPDATE mirrors SET filling = $2 WHERE target = $1', [target, place && JSON.stringify(place)]);
  const sources = SOURCES[target];
  const at = sources.findIndex((source) => source.kind === kind);
  const source = sources[at];
  const upto = source && (await query.row<{ upto: number | null }>(source.next, [after, BATCH]))?.upto;
  if (source && upto) {
    await query.run(source.queue, [after, upto]);
    await advance({ kind, after: upto });
    return true;
  }
  const following = sources[at + 1];
  await advance(following ? { kind: following.kind, after: 0 } : null);
  return following !== undefined;
}
