/** Projects: a project holds documents and conversations; nothing is shared between two projects. */
import { z } from 'zod';
import { op } from './op';
import { byId, expectedVersion, id, listQuery, nameFilter, pageOf, removed, timestamp, version, visibleText } from './shared';

const name = visibleText(200).describe('Shown in the window; need not be unique.');
const settings = z.record(z.string(), z.unknown()).describe('Free-form preferences of this project.');

export const project = z.object({
  id,
  name,
  settings,
  documents: z.number().int().describe('How many documents the project holds.'),
  version,
  created_at: timestamp,
  updated_at: timestamp,
});
export type Project = z.output<typeof project>;

const tag = 'Projects';
export const projects = {
  list: op({ method: 'GET', path: '/api/projects', summary: 'List projects, oldest first unless sorted otherwise', tag, scope: 'read' })
    .input(listQuery(['created_at', 'updated_at', 'name'], 'created_at').extend({ q: nameFilter }))
    .output(pageOf(project)),
  create: op({ method: 'POST', path: '/api/projects', summary: 'Create a project', tag, scope: 'write', status: 201 })
    .input(z.object({ name, settings: settings.optional() }))
    .output(project),
  get: op({ method: 'GET', path: '/api/projects/{id}', summary: 'Get a project', tag, scope: 'read' }).input(byId).output(project),
  update: op({ method: 'PUT', path: '/api/projects/{id}', summary: 'Rename a project or change its settings', tag, scope: 'write' })
    .input(byId.extend({ name: name.optional(), settings: settings.optional(), version: expectedVersion }))
    .output(project),
  remove: op({ method: 'DELETE', path: '/api/projects/{id}', summary: 'Delete a project with all it holds', tag, scope: 'write' })
    .input(byId)
    .output(removed),
};
