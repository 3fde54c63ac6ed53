/** Backups: the whole library in one file, made while it is in use, and the way back. */
import { z } from 'zod';
import { op } from './op';
import { absolutePath, CURSORS, id, pageOf, pageQueryBy, timestamp } from './shared';

const backupName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*\.zip$/, 'must be the name of a backup, such as pressmark-20261123-161500.zip')
  .describe('File name in the backups folder.')
  .meta({ examples: ['pressmark-20261123-161500.zip'] });
const byName = z.object({ name: backupName });

export const backup = z.object({
  name: backupName,
  path: z.string().describe('Where it lies on this machine.'),
  size_bytes: z.number().int().nullable().describe('Null until it is written.'),
  created_at: timestamp,
});
export type Backup = z.output<typeof backup>;

export const backupCounts = z.object({
  projects: z.number().int(),
  documents: z.number().int(),
  chunks: z.number().int(),
  embeddings: z.number().int(),
  conversations: z.number().int(),
  messages: z.number().int(),
  originals: z.number().int(),
});

export const restored = z.object({
  restart_needed: z.literal(true).describe('The library of the backup takes the place of the present one at the next start.'),
  version: z.string().describe('Of the Pressmark that made the backup.'),
  created_at: timestamp,
  counts: backupCounts,
  kept_at: z.string().describe('Folder where the present library will be kept.'),
});
export type Restored = z.output<typeof restored>;

const source = z
  .object({
    name: backupName.optional().describe('Of a backup in the backups folder.'),
    path: absolutePath.optional().describe('Of a backup anywhere on this machine.'),
  })
  .refine(({ name, path }) => (name === undefined) !== (path === undefined), { path: ['path'], error: 'give either "path" or "name"' });
export type RestoreSource = z.output<typeof source>;

const tag = 'Backup';
export const backups = {
  create: op({
    method: 'POST',
    path: '/api/backup',
    summary: 'Write the whole library into one file',
    description:
      'The job `job_id` writes a zip archive of the database and all originals, while everything goes on; no token and no key is in it. The file is in the folder `backups` of the data folder once it is whole.',
    tag,
    scope: 'admin',
    cost: 'heavy',
    status: 202,
  }).output(z.object({ job_id: id, backup })),
  list: op({ method: 'GET', path: '/api/backup', summary: 'List the backups in the backups folder, newest first', tag, scope: 'admin' })
    .input(pageQueryBy(CURSORS.name))
    .output(pageOf(backup)),
  get: op({ method: 'GET', path: '/api/backup/{name}', summary: 'Get a backup of the backups folder', tag, scope: 'admin' })
    .input(byName)
    .output(backup),
  file: op({ method: 'GET', path: '/api/backup/{name}/file', summary: 'Download a backup (Range supported)', tag, scope: 'admin' })
    .input(byName)
    .output(z.file()),
  remove: op({ method: 'DELETE', path: '/api/backup/{name}', summary: 'Delete a backup of the backups folder', tag, scope: 'admin' })
    .input(byName)
    .output(z.object({ name: backupName, deleted: z.literal(true) })),
  restore: op({
    method: 'POST',
    path: '/api/restore',
    summary: 'Put a backup in the place of the library',
    description:
      'Name a backup, give the path of one, or send the archive itself, as multipart/form-data (part `file`) or as application/zip. All of it is checked and unpacked before the answer, while everything goes on; then the next start of Pressmark puts it in place, and keeps the present library in the folder `kept_at`. Tokens stay as they are.',
    tag,
    scope: 'admin',
    cost: 'heavy',
    status: 202,
  })
    .input(source)
    .output(restored),
  waiting: op({ method: 'GET', path: '/api/restore', summary: 'Tell which backup waits for the next start', tag, scope: 'admin' }).output(
    z.object({ waiting: restored.nullable() }),
  ),
  dropWaiting: op({
    method: 'DELETE',
    path: '/api/restore',
    summary: 'Drop the backup that waits for the next start; the library stays as it is',
    tag,
    scope: 'admin',
  }).output(z.object({ dropped: z.literal(true) })),
};
