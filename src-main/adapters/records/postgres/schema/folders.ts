/** Followed folders. */
import { boolean, index, json, pgTable, primaryKey, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Failure } from '../../../../contract/documents';
import { created, id, text, whole } from './columns';
import { documents, projectId } from './library';

/** Folders of this machine that a project follows. */
export const folders = pgTable(
  'folders',
  {
    id: id(),
    project_id: projectId(),
    path: text('path').notNull(),
    ignore: json('ignore').$type<string[]>().notNull(),
    /** Of the directory, when it last held something. */
    identity: text('identity').notNull(),
    paused: boolean('paused').notNull().default(false),
    last_scan_at: text('last_scan_at'),
    /** Here only: the server on whose machine it lies, and which follows it. */
    server: text('server').notNull().default(''),
    created_at: created(),
  },
  (table) => [uniqueIndex('folders_once').on(table.project_id, table.path, table.server)],
);

/** The files of followed folders as they were last seen. */
export const folderFiles = pgTable(
  'folder_files',
  {
    folder_id: text('folder_id')
      .notNull()
      .references(() => folders.id, { onDelete: 'cascade' }),
    path: text('path').notNull(),
    size_bytes: whole('size_bytes').notNull(),
    changed_ms: whole('changed_ms').notNull(),
    sha256: text('sha256'),
    document_id: text('document_id').references(() => documents.id, { onDelete: 'set null' }),
    /** True when the document is there because of a folder, and goes with its last file. */
    owned: boolean('owned').notNull().default(false),
    error: json('error').$type<Failure | null>(),
  },
  (table) => [primaryKey({ columns: [table.folder_id, table.path] }), index('folder_files_of_document').on(table.document_id)],
);
