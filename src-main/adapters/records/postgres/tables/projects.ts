/** Projects in PostgreSQL. */
import type { Project } from '../../../../contract/projects';
import { notFound, outdated } from '../../../../core/errors';
import type { ProjectImport, ProjectRecords } from '../../../../core/ports/records';
import { ingestJob } from '../../shared/jobs';
import { now, only } from '../../shared/paging';
import type { Query } from '../database';
import { messageRow } from './conversations';
import { deleteDerived } from './derived';
import { newDocument } from './documents';
import { asText, contains, inAnyCase, list } from './listing';
import { filters, insertRows, type Shared } from './rows';

const COLUMNS = `p.id, p.name, p.settings, (SELECT count(*) FROM documents d WHERE d.project_id = p.id) AS documents,
  p.version, p.created_at, p.updated_at`;
const UPDATE = `
  UPDATE projects SET name = coalesce($2, name), settings = coalesce($3::json, settings), version = version + 1, updated_at = $4
  WHERE id = $1 AND ($5::integer[] IS NULL OR version = ANY($5))`;

export function createProjectTables(shared: Shared): ProjectRecords {
  const { database } = shared;
  const find = (id: string) => database.row<Project>(`SELECT ${COLUMNS} FROM projects p WHERE p.id = $1`, [id]);
  const get = async (id: string) => only(await find(id), () => notFound('project', id));
  return {
    async create(project) {
      const at = now();
      await insertRows(database, 'projects', [{ ...project, created_at: at, updated_at: at }]);
      return get(project.id);
    },
    get: async (id) => (await find(id)) ?? null,
    list({ q, ...asked }) {
      const { where, values } = filters([[contains('p.name'), q]]);
      return list<Project, Project>(database, asked, {
        columns: COLUMNS,
        from: `FROM projects p WHERE ${where}`,
        values,
        id: 'p.id',
        sorts: { created_at: null, updated_at: asText('p.updated_at'), name: inAnyCase('p.name') },
        sort: 'created_at',
        toItem: (row) => row,
      });
    },
    exists: async (id) => (await database.row('SELECT 1 FROM projects WHERE id = $1', [id])) !== undefined,
    async import(input) {
      await database.transaction((query) => importProject(query, input));
      return get(input.project.id);
    },
    async update(id, { name, settings }, expected) {
      const given = settings === undefined ? null : JSON.stringify(settings);
      const changes = await database.run(UPDATE, [id, name ?? null, given, now(), expected ?? null]);
      const project = await get(id);
      if (changes === 0) throw outdated('project', project.version);
      return project;
    },
    /** The documents go one by one, so that no transaction is long; what comes in meanwhile goes with the project. */
    async remove(id) {
      await get(id);
      const removed: string[] = [];
      for (;;) {
        const document = await database.row<{ id: string }>('SELECT id FROM documents WHERE project_id = $1 LIMIT 1', [id]);
        if (!document) break;
        await deleteDerived(shared, document.id);
        await database.run('DELETE FROM documents WHERE id = $1', [document.id]);
        removed.push(document.id);
      }
      await database.transaction(async (query) => {
        await query.rows('SELECT 1 FROM projects WHERE id = $1 FOR UPDATE', [id]);
        const late = await query.rows<{ id: string }>('DELETE FROM documents WHERE project_id = $1 RETURNING id', [id]);
        await query.run('DELETE FROM projects WHERE id = $1', [id]);
        removed.push(...late.map((document) => document.id));
      });
      return removed;
    },
  };
}

async function importProject(query: Query, { project, documents, conversations }: ProjectImport): Promise<void> {
  const at = now();
  const project_id = project.id;
  await insertRows(query, 'projects', [{ ...project, created_at: at, updated_at: at }]);
  const files = documents.map(({ document_id: id, job_id: _job, ...file }) => ({ ...newDocument(file, at), id, project_id }));
  await insertRows(query, 'documents', files);
  // One that another project just gave up is needed again.
  await query.run('DELETE FROM dropped_files WHERE sha256 = ANY($1::text[])', [documents.map(({ sha256 }) => sha256)]);
  const jobs = documents.map(({ document_id: id, job_id }) => ingestJob(job_id, { id, project_id }, 'parse'));
  await insertRows(query, 'jobs', jobs);
  for (const { messages, ...conversation } of conversations) {
    await insertRows(query, 'conversations', [{ ...conversation, project_id }]);
    const rows = messages.map((message) => messageRow(message, { project_id, conversation_id: conversation.id }));
    await insertRows(query, 'chat_messages', rows);
  }
}
