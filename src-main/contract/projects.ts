/** Projects: a project holds documents and conversations; nothing is shared between two projects. */
import { z } from 'zod';
import { failure } from './documents';
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

export const importedProject = z.object({
  project,
  documents: z.number().int().describe('Taken in; they are being read now, each with a job.'),
  conversations: z.number().int(),
  messages: z.number().int(),
  skipped: z.array(z.object({ filename: z.string(), error: failure })).describe('Documents that could not be taken in, and why.'),
});
export type ImportedProject = z.output<typeof importedProject>;

const tag = 'Projects';
export const projects = {
  list: op({ method: 'GET', path: '/api/projects', summary: 'List projects, oldest first unless sorted otherwise', tag, scope: 'read' })
    .input(listQuery(['created_at', 'updated_at', 'name'], 'created_at').extend({ q: nameFilter }))
    .output(pageOf(project)),
  create: op({ method: 'POST', path: '/api/projects', summary: 'Create a project', tag, scope: 'write', status: 201 })
    .input(z.object({ name, settings: settings.optional() }))
    .output(project),
  export: op({
    method: 'GET',
    path: '/api/projects/{id}/export',
    summary: 'Download a project as one archive: originals, documents, conversations',
    description:
      'A zip archive, streamed while it is made: `originals/`, `documents.jsonl`, `conversations.jsonl` with all citations, and `project.json`, ' +
      'which lists every other member with its size and SHA-256.',
    tag,
    scope: 'read',
    cost: 'heavy',
  })
    .input(byId)
    .output(z.file()),
  import: op({
    method: 'POST',
    path: '/api/projects/import',
    summary: 'Take in a project that was exported',
    description:
      'Send the archive as multipart/form-data (part `file`) or as application/zip. It becomes a new project, under another name where that is ' +
      'taken. Everything in it is checked first, hashes included: one that is not whole changes nothing. Conversations are there at once, ' +
      'with their citations; documents are read again by the queue.',
    tag,
    scope: 'write',
    cost: 'heavy',
    status: 201,
  })
    .input(z.object({ file: z.file() }))
    .output(importedProject),
  get: op({ method: 'GET', path: '/api/projects/{id}', summary: 'Get a project', tag, scope: 'read' }).input(byId).output(project),
  update: op({ method: 'PUT', path: '/api/projects/{id}', summary: 'Rename a project or change its settings', tag, scope: 'write' })
    .input(byId.extend({ name: name.optional(), settings: settings.optional(), version: expectedVersion }))
    .output(project),
  remove: op({ method: 'DELETE', path: '/api/projects/{id}', summary: 'Delete a project with all it holds', tag, scope: 'write' })
    .input(byId)
    .output(removed),
};
