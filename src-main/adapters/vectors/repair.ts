/** Holds the vectors against the rows that say which there are; what is missing or damaged is forgotten, so that it is made anew. */
import { setImmediate as breathe } from 'node:timers/promises';
import { type Connection, tableOf } from './tables';

const KINDS = 'SELECT DISTINCT model, dimensions FROM embeddings';
const TABLES = "SELECT name FROM sqlite_master WHERE name LIKE 'vectors\\_%' ESCAPE '\\' AND sql LIKE 'CREATE VIRTUAL%'";
/** What a virtual table of sqlite-vec is made of. */
const PARTS = ['info', 'chunks', 'rowids', 'vector_chunks00'];
/** Documents whose count of vectors is not that of their rows. */
const RECOUNT = `
  UPDATE documents SET embedded_chunks = (SELECT count(*) FROM embeddings e WHERE e.document_id = documents.id AND e.model = :model)
  WHERE id IN (SELECT value FROM json_each(:documents))`;

/** @returns how many vectors have to be made anew */
export async function repairVectors(connection: Connection): Promise<number> {
  let lost = 0;
  const wanted = new Set<string>();
  for (const { model, dimensions } of connection.prepare(KINDS).all() as { model: string; dimensions: number }[]) {
    const table = tableOf(model, dimensions);
    wanted.add(table);
    lost += repairTable(connection, { table, model, dimensions });
    await breathe();
  }
  // Of no model that has rows: left by a repair that was interrupted, or by another program.
  for (const table of connection.prepare(TABLES).pluck().all() as string[]) if (!wanted.has(table)) drop(connection, table);
  return lost;
}

interface Kind {
  table: string;
  model: string;
  dimensions: number;
}

function repairTable(connection: Connection, { table, model, dimensions }: Kind): number {
  if (!isSound(connection, table, dimensions)) drop(connection, table);
  if (isComplete(connection, { table, model, dimensions })) return 0;
  const exists = connection.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(`${table}_rowids`) !== undefined;
  const lacking = exists ? `AND chunk_row NOT IN (SELECT rowid FROM ${table}_rowids)` : '';
  return connection.transaction(() => {
    const where = `model = ? AND dimensions = ? ${lacking}`;
    const documents = connection.prepare(`SELECT DISTINCT document_id FROM embeddings WHERE ${where}`).pluck().all(model, dimensions);
    const { changes } = connection.prepare(`DELETE FROM embeddings WHERE ${where}`).run(model, dimensions);
    connection.prepare(RECOUNT).run({ model, documents: JSON.stringify(documents) });
    return changes;
  })();
}

/** Counting is cheap; only where the numbers differ each row is looked for. */
function isComplete(connection: Connection, { table, model, dimensions }: Kind): boolean {
  const value = (query: string, ...given: unknown[]) =>
    Number(
      connection
        .prepare(query)
        .pluck()
        .get(...given),
    );
  if (!connection.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(`${table}_rowids`)) return false;
  const rows = value('SELECT count(*) FROM embeddings WHERE model = ? AND dimensions = ?', model, dimensions);
  return rows === value(`SELECT count(*) FROM ${table}_rowids`);
}

/** As many places taken as there are rows, in pieces that are all there and have their size. */
function isSound(connection: Connection, table: string, dimensions: number): boolean {
  const value = (query: string) => Number(connection.prepare(query).pluck().get());
  try {
    const pieces = `FROM ${table}_chunks c LEFT JOIN ${table}_vector_chunks00 v ON v.rowid = c.chunk_id`;
    if (value(`SELECT count(*) ${pieces} WHERE coalesce(length(v.vectors), -1) <> c.size * ${dimensions * 4}`) > 0) return false;
    let taken = 0;
    for (const validity of connection.prepare(`SELECT validity FROM ${table}_chunks`).pluck().iterate())
      taken += bitsIn(validity as Buffer);
    connection.prepare(`SELECT row FROM ${table} WHERE row = 0`).get();
    return taken === value(`SELECT count(*) FROM ${table}_rowids`);
  } catch {
    return false;
  }
}

function bitsIn(bytes: Buffer): number {
  let bits = 0;
  for (const byte of bytes) for (let rest = byte; rest !== 0; rest >>= 1) bits += rest & 1;
  return bits;
}

/** Also where it is too damaged to be dropped in the ordinary way. */
function drop(connection: Connection, table: string): void {
  try {
    connection.exec(`DROP TABLE IF EXISTS ${table}`);
  } catch {
    connection.unsafeMode(true);
    try {
      connection.pragma('writable_schema = ON');
      connection.prepare("DELETE FROM sqlite_master WHERE type = 'table' AND name = ?").run(table);
      connection.pragma('writable_schema = RESET');
    } finally {
      connection.unsafeMode(false);
    }
  }
  for (const part of PARTS) connection.exec(`DROP TABLE IF EXISTS ${table}_${part}`);
}
