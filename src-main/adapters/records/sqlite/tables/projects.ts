/** Projects in SQLite. */
import { and, eq, sql } from 'drizzle-orm';
import type { Project } from '../../../../contract/projects';
import { notFound, outdated } from '../../../../core/errors';
import type { ProjectRecords } from '../../../../core/ports/records';
import { now, only } from '../../shared/paging';
import type { SqliteDatabase } from '../database';
import { documents, projects } from '../schema';
import { deleteDerived } from './derived';
import { importProject } from './import';
import { contains, createListing, inAnyCase } from './listing';
import { prepareById } from './statements';
import { oneOf } from './versions';

const columns = {
  id: projects.id,
  name: projects.name,
  settings: projects.settings,
  documents: sql<number>`(SELECT count(*) FROM ${documents} WHERE ${documents.project_id} = ${projects}.id)`,
  version: projects.version,
  created_at: projects.created_at,
  updated_at: projects.updated_at,
};

const createProjectList = (database: SqliteDatabase) =>
  createListing<Project, Project>(database, {
    table: projects,
    columns,
    id: projects.id,
    sorts: { created_at: null, updated_at: projects.updated_at, name: inAnyCase(projects.name) },
    sort: 'created_at',
    filters: { q: contains(projects.name) },
    key: (row, field) => row[field as 'updated_at' | 'name'],
    idOf: ({ id }) => id,
    toItem: (row) => row,
  });

export function createProjectTables(database: SqliteDatabase): ProjectRecords {
  const { orm } = database;
  const find = prepareById<Project>(database, { table: projects, columns }, projects.id);
  const get = (id: string): Project => only(find(id), () => notFound('project', id));
  const present = prepareById<{ id: string }>(database, { table: projects, columns: { id: projects.id } }, projects.id);
  const list = createProjectList(database);
  return {
    async create({ id, name, settings }) {
      const at = now();
      orm.insert(projects).values({ id, name, settings, created_at: at, updated_at: at }).run();
      return get(id);
    },
    get: async (id) => find(id) ?? null,
    list: async (query) => list({ ...query }),
    exists: async (id) => present(id) !== undefined,
    async import(input) {
      importProject(database, input);
      return get(input.project.id);
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
