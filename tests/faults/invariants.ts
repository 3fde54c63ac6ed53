/** What must hold of a library's files on the disk, looked at from outside while no program runs. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { getLoadablePath } from 'sqlite-vec';

/** Each is a count of rows that must not be, or of rows that must be as many as the other side. */
const NONE: Record<string, string> = {
  'chunks without a document': 'SELECT count(*) FROM chunks WHERE document_id NOT IN (SELECT id FROM documents)',
  'pages without a document': 'SELECT count(*) FROM pages WHERE document_id NOT IN (SELECT id FROM documents)',
  'vectors of chunks that are gone': 'SELECT count(*) FROM embeddings WHERE chunk_row NOT IN (SELECT row FROM chunks)',
  'words of chunks that are gone': 'SELECT count(*) FROM chunk_words WHERE rowid NOT IN (SELECT row FROM chunks)',
  'chunks that cannot be found by words': 'SELECT count(*) FROM chunks WHERE row NOT IN (SELECT rowid FROM chunk_words)',
  'documents with two open jobs':
    "SELECT count(*) FROM (SELECT 1 FROM jobs WHERE state IN ('queued', 'running') AND document_id IS NOT NULL GROUP BY document_id HAVING count(*) > 1)",
  'chunks stored twice': 'SELECT count(*) FROM (SELECT 1 FROM chunks GROUP BY document_id, ordinal HAVING count(*) > 1)',
  'files twice in one project': 'SELECT count(*) FROM (SELECT 1 FROM documents GROUP BY project_id, sha256 HAVING count(*) > 1)',
};
/** These hold once all jobs have ended. */
const NONE_AT_REST: Record<string, string> = {
  'unfinished documents without a job':
    "SELECT count(*) FROM documents WHERE state NOT IN ('ready', 'failed', 'cancelled') AND id NOT IN (SELECT document_id FROM jobs WHERE state IN ('queued', 'running') AND document_id IS NOT NULL)",
  'open jobs': "SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')",
  'searchable documents with too few or too many chunks':
    'SELECT count(*) FROM documents d WHERE d.indexed = 1 AND d.chunks <> (SELECT count(*) FROM chunks c WHERE c.document_id = d.id)',
  'ready documents without all vectors':
    "SELECT count(*) FROM documents d WHERE d.state = 'ready' AND d.chunks <> (SELECT count(*) FROM embeddings e WHERE e.document_id = d.id)",
  'vectors kept for nobody': 'SELECT count(*) FROM kept_vectors',
  'originals still to be deleted': 'SELECT count(*) FROM dropped_files',
};

/** Names of what is wrong, with counts; empty when all is well. */
export function wrongWith(dataDir: string, atRest: boolean): string[] {
  const database = new Database(join(dataDir, 'library.sqlite'));
  try {
    database.loadExtension(getLoadablePath());
    const wrong = Object.entries({ ...NONE, ...(atRest ? NONE_AT_REST : {}) }).flatMap(([name, sql]) => {
      const found = Number(database.prepare(sql).pluck().get());
      return found === 0 ? [] : [`${found} ${name}`];
    });
    const whole = database.pragma('integrity_check', { simple: true });
    if (whole !== 'ok') wrong.push(`the database: ${whole}`);
    if (atRest && vectors(database) !== Number(database.prepare('SELECT count(*) FROM embeddings').pluck().get()))
      wrong.push('vectors without a row');
    return [...wrong, ...missingOriginals(database, dataDir)];
  } finally {
    database.close();
  }
}

function vectors(database: Database.Database): number {
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING vec0%'")
    .pluck()
    .all() as string[];
  return tables.reduce((sum, name) => sum + Number(database.prepare(`SELECT count(*) FROM "${name}"`).pluck().get()), 0);
}

function missingOriginals(database: Database.Database, dataDir: string): string[] {
  const wanted = database.prepare('SELECT DISTINCT sha256 FROM documents').pluck().all() as string[];
  return wanted.flatMap((sha256) => {
    const bytes = readOrNull(join(dataDir, 'files', sha256.slice(0, 2), sha256));
    if (bytes === null) return [`original ${sha256} is missing`];
    return createHash('sha256').update(bytes).digest('hex') === sha256 ? [] : [`original ${sha256} holds other bytes`];
  });
}

/** Hashes of the originals on the disk. */
export function originals(dataDir: string): string[] {
  const names = readdirSync(join(dataDir, 'files'), { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name)).map(({ name }) => name);
}

function readOrNull(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
