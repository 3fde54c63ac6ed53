/** Projects in SQLite. */
import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { Project } from '../../../../contract/projects';
import { notFound, outdated } from '../../../../core/errors';
import type { ProjectRecords } from '../../../../core/ports/records';
import type { SqliteDatabase } from '../database';
import { documents, projects } from '../schema';
import { deleteDerived } from './derived';
import { now, oneOf, only, pageOf } from './paging';

const columns = {
  id: projects.id,
  name: projects.name,
  settings: projects.settings,
  documents: sql<number>`(SELECT count(*) FROM ${documents} WHERE ${documents.project_id} = ${projects}.id)`,
  version: projects.version,
  created_at: projects.created_at,
  updated_at: projects.updated_at,
};

export function createProjectTables(database: SqliteDatabase): ProjectRecords {
  const { orm } = database;
  const find = (id: string): Project | undefined => orm.select(columns).from(projects).where(eq(projects.id, id)).get();
  const get = (id: string): Project => only(find(id), () => notFound('project', id));
  return {
    async create({ id, name, settings }) {
      const at = now();
      orm.insert(projects).values({ id, name, settings, created_at: at, updated_at: at }).run();
      return get(id);
    },
    get: async (id) => find(id) ?? null,
    async list({ limit, cursor }) {
      const after = cursor ? gt(projects.id, cursor) : undefined;
      const rows = orm
        .select(columns)
        .from(projects)
        .where(after)
        .orderBy(asc(projects.id))
        .limit(limit + 1)
        .all();
      return pageOf(
        rows,
        limit,
        ({ id }) => id,
        (row) => row,
      );
    },
    async update(id, { name, settings }, expected) {
      const given = { ...(name === undefined ? {} : { name }), ...(settings === undefined ? {} : { settings }) };
      const change = { ...given, version: sql`${projects.version} + 1`, updated_at: now() };
      const { changes } = orm
        .update(projects)
        .set(change)
        .where(and(eq(projects.id, id), oneOf(projects.version, expected)))
        .run();
      const project = get(id);
      if (changes === 0) throw outdated('project', project.version);
      return project;
    },
    /** Foreign keys do not reach the full-text and vector tables: the documents are emptied first, one by one. */
    async remove(id) {
      get(id);
      const removed: string[] = [];
      for (;;) {
        const document = orm.select({ id: documents.id }).from(documents).where(eq(documents.project_id, id)).limit(1).get();
        if (!document) break;
        await deleteDerived(database, document.id);
        orm.delete(documents).where(eq(documents.id, document.id)).run();
        removed.push(document.id);
      }
      orm.delete(projects).where(eq(projects.id, id)).run();
      return removed;
    },
  };
}
