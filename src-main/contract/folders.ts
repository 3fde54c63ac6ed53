/** Folders of this machine that a project follows: what lies in them becomes documents, and goes with its file. */
import { z } from 'zod';
import { failure } from './documents';
import { op } from './op';
import { CURSORS, id, pageOf, pageQueryBy, removed, timestamp } from './shared';

export const folderState = z
  .enum(['waiting', 'scanning', 'watching', 'paused', 'missing', 'failed'])
  .describe(
    'waiting: for its first scan; paused: until it is resumed, over restarts too; missing: not there right now, its documents are kept; failed: `detail` says why.',
  );
export type FolderState = z.output<typeof folderState>;

const count = z.number().int();
export const folder = z.object({
  id,
  project_id: id,
  path: z.string(),
  ignore: z.array(z.string()),
  state: folderState,
  detail: z.string().nullable().describe('What is wrong with it, or not followed, in words.'),
  counts: z.object({
    files: count.describe('Files found, hidden and ignored ones left out.'),
    documents: count.describe('Files that are documents of the project.'),
    unsupported: count.describe('Files of kinds that Pressmark cannot read.'),
    failed: count.describe('Files that could not be taken in; `errors` says why.'),
  }),
  errors: z
    .array(z.object({ path: z.string().describe('Below the folder.'), error: failure }))
    .describe('The first of the files that could not be taken in, at most 20.'),
  progress: z
    .object({
      looked: count.describe('Files that this scan has looked at.'),
      total: count.nullable().describe('Files that there are; null while they are counted.'),
      eta_s: z.number().nullable().describe('Seconds left, as far as the pace so far tells.'),
    })
    .nullable()
    .describe('Of the scan that goes on; null when none does.'),
  last_scan_at: timestamp.nullable(),
  created_at: timestamp,
});
export type Folder = z.output<typeof folder>;

/** Not the root of a disk: `/home/ada/papers`, `C:\papers`, `\\server\papers`. */
const folderPath = z
  .string()
  .max(4096)
  .regex(/^(\/|\\\\|[A-Za-z]:[/\\])[^/\\.]/, 'must be the absolute path of a folder on this machine, such as /home/ada/papers')
  .meta({ examples: ['/home/ada/papers'] });

const pattern = z
  .string()
  .min(1)
  .max(200)
  .describe('As in .gitignore: `*.log` at any depth, `drafts/` a folder, `/notes/*.md` from the top; `*`, `**` and `?` are known.')
  .meta({ examples: ['drafts/'] });

const byProject = z.object({ id: id.describe('Of the project.') });
const byFolder = byProject.extend({ folder_id: id });
const route = '/api/projects/{id}/folders';

const tag = 'Folders';
export const folders = {
  add: op({
    method: 'POST',
    path: route,
    summary: 'Follow a folder of this machine',
    description:
      'Its files become documents, and new, changed, moved and deleted ones are followed. Hidden files, links and what `ignore` names are left out; a file whose bytes are known is never embedded again.',
    tag,
    scope: 'admin',
    cost: 'heavy',
    status: 201,
  })
    .input(byProject.extend({ path: folderPath, ignore: z.array(pattern).max(100).default([]) }))
    .output(folder),
  list: op({ method: 'GET', path: route, summary: 'List the folders that a project follows', tag, scope: 'read' })
    .input(pageQueryBy(CURSORS.id).extend(byProject.shape))
    .output(pageOf(folder)),
  get: op({ method: 'GET', path: `${route}/{folder_id}`, summary: 'Get a folder with its counts and errors', tag, scope: 'read' })
    .input(byFolder)
    .output(folder),
  update: op({
    method: 'PUT',
    path: `${route}/{folder_id}`,
    summary: 'Change what a followed folder ignores',
    description:
      'The folder is looked through again by the new rules: documents of files that are ignored now go as if the files were deleted, and files that are ignored no longer are taken in.',
    tag,
    scope: 'admin',
    cost: 'heavy',
  })
    .input(byFolder.extend({ ignore: z.array(pattern).max(100) }))
    .output(folder),
  remove: op({
    method: 'DELETE',
    path: `${route}/{folder_id}`,
    summary: 'Follow a folder no longer',
    description: 'Nothing on the disk is touched. Its documents stay in the project, unless `documents=remove` is given.',
    tag,
    scope: 'admin',
  })
    .input(byFolder.extend({ documents: z.enum(['keep', 'remove']).default('keep').describe('What happens to the documents.') }))
    .output(removed),
  rescan: op({
    method: 'POST',
    path: `${route}/{folder_id}/rescan`,
    summary: 'Look through a folder now; files that failed are tried again',
    tag,
    scope: 'admin',
    cost: 'heavy',
    status: 202,
  })
    .input(byFolder)
    .output(folder),
  pause: op({
    method: 'POST',
    path: `${route}/{folder_id}/pause`,
    summary: 'Look through a folder no further until it is resumed',
    description: 'A scan stops behind the file it is at; what was taken in stays, and is indexed. It stays paused over restarts.',
    tag,
    scope: 'admin',
  })
    .input(byFolder)
    .output(folder),
  resume: op({
    method: 'POST',
    path: `${route}/{folder_id}/resume`,
    summary: 'Follow a paused folder again, on from where it stopped',
    tag,
    scope: 'admin',
    status: 202,
  })
    .input(byFolder)
    .output(folder),
};
