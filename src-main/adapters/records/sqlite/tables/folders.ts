/** Followed folders and their files in SQLite. */
import { and, asc, count, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Page } from '../../../../contract/shared';
import { AppError } from '../../../../core/errors';
import type { FolderFile, FolderRecords, FolderRow, Orphan } from '../../../../core/ports/folders';
import { only, pageOf } from '../../shared/paging';
import type { SqliteDatabase } from '../database';
import { folderFiles, folders } from '../schema';

type Transaction = Parameters<Parameters<SqliteDatabase['orm']['transaction']>[0]>[0];

const at = (id: string, path: string) => and(eq(folderFiles.folder_id, id), eq(folderFiles.path, path));
const code = sql`json_extract(${folderFiles.error}, '$.code')`;
const howMany = (condition: SQL) => sql<number>`coalesce(sum(${condition}), 0)`;

export class FolderTables implements FolderRecords {
  private readonly orm: SqliteDatabase['orm'];

  private readonly byPath;

  constructor(database: SqliteDatabase) {
    this.orm = database.orm;
    // A scan asks for each file.
    const wanted = and(eq(folderFiles.folder_id, sql.placeholder('id')), eq(folderFiles.path, sql.placeholder('path')));
    this.byPath = this.orm.select().from(folderFiles).where(wanted).prepare();
  }

  async add(row: FolderRow): Promise<FolderRow> {
    const added = this.orm.insert(folders).values(row).onConflictDoNothing().returning().get() as FolderRow | undefined;
    return only(added, () => new AppError('CONFLICT', 'This project follows that folder already.', { path: row.path }));
  }

  async get(id: string): Promise<FolderRow | null> {
    return this.orm.select().from(folders).where(eq(folders.id, id)).get() ?? null;
  }

  async all(): Promise<FolderRow[]> {
    return this.orm.select().from(folders).orderBy(asc(folders.id)).all();
  }

  async list({ project_id, limit, cursor }: Parameters<FolderRecords['list']>[0]): Promise<Page<FolderRow>> {
    const where = and(eq(folders.project_id, project_id), cursor ? gt(folders.id, cursor) : undefined);
    const query = this.orm.select().from(folders).where(where).orderBy(asc(folders.id));
    const rows = query.limit(limit + 1).all();
    return pageOf(
      rows,
      limit,
      ({ id }) => id,
      (row) => row,
    );
  }

  async remove(id: string): Promise<void> {
    this.orm.delete(folders).where(eq(folders.id, id)).run();
  }

  async pause(id: string, paused: boolean): Promise<void> {
    this.orm.update(folders).set({ paused }).where(eq(folders.id, id)).run();
  }

  async setIgnore(id: string, ignore: string[]): Promise<void> {
    this.orm.update(folders).set({ ignore }).where(eq(folders.id, id)).run();
  }

  async scanned(id: string, seen: { identity: string; last_scan_at: string }): Promise<void> {
    this.orm.update(folders).set(seen).where(eq(folders.id, id)).run();
  }

  async file(id: string, path: string): Promise<FolderFile | null> {
    const row = this.byPath.get({ id, path });
    if (!row) return null;
    const { folder_id: _, owned: __, ...file } = row;
    return { ...file, error: file.error ?? null };
  }

  async paths(id: string, after: string, limit: number): Promise<string[]> {
    const where = and(eq(folderFiles.folder_id, id), gt(folderFiles.path, after));
    const query = this.orm.select({ path: folderFiles.path }).from(folderFiles).where(where).orderBy(asc(folderFiles.path)).limit(limit);
    return query.all().map(({ path }) => path);
  }

  async put(id: string, file: FolderFile, created: boolean): Promise<Orphan> {
    return this.orm.transaction((tx) => put(tx, id, file, created));
  }

  async drop(id: string, path: string): ReturnType<FolderRecords['drop']> {
    return this.orm.transaction((tx) => {
      const gone = tx.delete(folderFiles).where(at(id, path)).returning().get();
      if (!gone?.document_id || !gone.owned) return { orphan: null, kept: null };
      const kept = tx.select().from(folderFiles).where(eq(folderFiles.document_id, gone.document_id)).get();
      return { orphan: handOver(tx, gone.document_id), kept: kept ? { document_id: gone.document_id, path: kept.path } : null };
    });
  }

  async counts(id: string): ReturnType<FolderRecords['counts']> {
    const columns = {
      files: count(),
      documents: count(folderFiles.document_id),
      unsupported: howMany(sql`${code} IS 'UNSUPPORTED_TYPE'`),
      failed: howMany(sql`${code} <> 'UNSUPPORTED_TYPE'`),
    };
    const found = this.orm.select(columns).from(folderFiles).where(eq(folderFiles.folder_id, id)).get();
    return found ?? { files: 0, documents: 0, unsupported: 0, failed: 0 };
  }

  async errors(id: string, limit: number): ReturnType<FolderRecords['errors']> {
    const where = and(eq(folderFiles.folder_id, id), sql`${code} <> 'UNSUPPORTED_TYPE'`);
    const rows = this.orm.select().from(folderFiles).where(where).orderBy(asc(folderFiles.path)).limit(limit).all();
    return rows.flatMap(({ path, error }) => (error ? [{ path, error }] : []));
  }
}

function put(tx: Transaction, folder_id: string, file: FolderFile, created: boolean): Orphan {
  const here = and(eq(folderFiles.folder_id, folder_id), eq(folderFiles.path, file.path));
  const before = tx.select().from(folderFiles).where(here).get();
  const owned = created || (file.document_id !== null && isOwned(tx, file.document_id));
  const row = { ...file, folder_id, owned };
  tx.insert(folderFiles)
    .values(row)
    .onConflictDoUpdate({ target: [folderFiles.folder_id, folderFiles.path], set: row })
    .run();
  const left = before?.owned && before.document_id !== file.document_id ? before.document_id : null;
  return left === null ? null : handOver(tx, left);
}

const isOwned = (tx: Transaction, document_id: string): boolean =>
  tx
    .select()
    .from(folderFiles)
    .where(and(eq(folderFiles.document_id, document_id), eq(folderFiles.owned, true)))
    .get() !== undefined;

/** Other files with the same bytes keep their document; without any it is an orphan. */
function handOver(tx: Transaction, document_id: string): Orphan {
  const others = tx.update(folderFiles).set({ owned: true }).where(eq(folderFiles.document_id, document_id)).run();
  return others.changes === 0 ? document_id : null;
}
