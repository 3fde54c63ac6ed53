/** Followed folders and their files in PostgreSQL. A folder is followed by the server on whose machine it lies. */
import type { Failure } from '../../../../contract/documents';
import { AppError } from '../../../../core/errors';
import type { FolderFile, FolderRecords, FolderRow, Orphan } from '../../../../core/ports/folders';
import { only, pageOf } from '../../shared/paging';
import type { Query } from '../database';
import { insertRows, type Shared } from './rows';

const FOLDER = 'id, project_id, path, ignore, identity, paused, last_scan_at, created_at';
const FILE = 'path, size_bytes, changed_ms, sha256, document_id, error';
const UNSUPPORTED = "error->>'code' = 'UNSUPPORTED_TYPE'";
const LIST = `SELECT ${FOLDER} FROM folders WHERE project_id = $1 AND id > $2 ORDER BY id LIMIT $3`;
const PATHS = 'SELECT path FROM folder_files WHERE folder_id = $1 AND path > $2 ORDER BY path LIMIT $3';
const COUNTS = `
  SELECT count(*) AS files, count(document_id) AS documents, count(*) FILTER (WHERE ${UNSUPPORTED}) AS unsupported,
    count(*) FILTER (WHERE NOT ${UNSUPPORTED}) AS failed FROM folder_files WHERE folder_id = $1`;
const ERRORS = `
  SELECT path, error FROM folder_files WHERE folder_id = $1 AND error IS NOT NULL AND NOT ${UNSUPPORTED} ORDER BY path LIMIT $2`;
const REPLACE = `ON CONFLICT (folder_id, path) DO UPDATE SET (size_bytes, changed_ms, sha256, document_id, error, owned) =
  (excluded.size_bytes, excluded.changed_ms, excluded.sha256, excluded.document_id, excluded.error, excluded.owned)`;

type Counts = Awaited<ReturnType<FolderRecords['counts']>>;

export function createFolderTables({ database, server }: Shared): FolderRecords {
  return {
    async add(row) {
      const [added] = await insertRows<FolderRow>(database, 'folders', [{ ...row, server }], `ON CONFLICT DO NOTHING RETURNING ${FOLDER}`);
      return only(added, () => new AppError('CONFLICT', 'This project follows that folder already.', { path: row.path }));
    },
    get: async (id) => (await database.row<FolderRow>(`SELECT ${FOLDER} FROM folders WHERE id = $1`, [id])) ?? null,
    all: () => database.rows<FolderRow>(`SELECT ${FOLDER} FROM folders WHERE server = $1 ORDER BY id`, [server]),
    async list({ project_id, limit, cursor }) {
      const rows = await database.rows<FolderRow>(LIST, [project_id, cursor ?? '', limit + 1]);
      return pageOf(
        rows,
        limit,
        ({ id }) => id,
        (row) => row,
      );
    },
    remove: async (id) => void (await database.run('DELETE FROM folders WHERE id = $1', [id])),
    pause: async (id, paused) => void (await database.run('UPDATE folders SET paused = $2 WHERE id = $1', [id, paused])),
    setIgnore: async (id, ignore) =>
      void (await database.run('UPDATE folders SET ignore = $2 WHERE id = $1', [id, JSON.stringify(ignore)])),
    async scanned(id, { identity, last_scan_at }) {
      await database.run('UPDATE folders SET identity = $2, last_scan_at = $3 WHERE id = $1', [id, identity, last_scan_at]);
    },
    file: async (id, path) =>
      (await database.row<FolderFile>(`SELECT ${FILE} FROM folder_files WHERE folder_id = $1 AND path = $2`, [id, path])) ?? null,
    paths: async (id, after, limit) => (await database.rows<{ path: string }>(PATHS, [id, after, limit])).map(({ path }) => path),
    put: (id, file, created) => database.transaction((query) => put(query, id, file, created)),
    drop: (id, path) => database.transaction((query) => drop(query, id, path)),
    counts: async (id) => (await database.row<Counts>(COUNTS, [id])) ?? { files: 0, documents: 0, unsupported: 0, failed: 0 },
    errors: (id, limit) => database.rows<{ path: string; error: Failure }>(ERRORS, [id, limit]),
  };
}

interface Kept {
  document_id: string | null;
  owned: boolean;
}

async function put(query: Query, folder_id: string, file: FolderFile, created: boolean): Promise<Orphan> {
  const here = 'SELECT document_id, owned FROM folder_files WHERE folder_id = $1 AND path = $2 FOR UPDATE';
  const before = await query.row<Kept>(here, [folder_id, file.path]);
  const owned = created || (file.document_id !== null && (await isOwned(query, file.document_id)));
  await insertRows(query, 'folder_files', [{ ...file, folder_id, owned }], REPLACE);
  const left = before?.owned && before.document_id !== file.document_id ? before.document_id : null;
  return left === null ? null : handOver(query, left);
}

async function drop(query: Query, folder_id: string, path: string): ReturnType<FolderRecords['drop']> {
  const gone = await query.row<Kept>('DELETE FROM folder_files WHERE folder_id = $1 AND path = $2 RETURNING document_id, owned', [
    folder_id,
    path,
  ]);
  if (!gone?.document_id || !gone.owned) return { orphan: null, kept: null };
  const document_id = gone.document_id;
  const kept = await query.row<{ path: string }>('SELECT path FROM folder_files WHERE document_id = $1 ORDER BY path LIMIT 1', [
    document_id,
  ]);
  return { orphan: await handOver(query, document_id), kept: kept ? { document_id, path: kept.path } : null };
}

const isOwned = async (query: Query, document_id: string): Promise<boolean> =>
  (await query.row('SELECT 1 FROM folder_files WHERE document_id = $1 AND owned LIMIT 1', [document_id])) !== undefined;

/** Other files with the same bytes keep their document; without any it is an orphan. */
async function handOver(query: Query, document_id: string): Promise<Orphan> {
  const others = await query.run('UPDATE folder_files SET owned = true WHERE document_id = $1', [document_id]);
  return others === 0 ? document_id : null;
}
