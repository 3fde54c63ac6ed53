/** Backups: the whole library in one file, made while it is in use, and the way back. */
import { z } from 'zod';
import { op } from './op';
import { absolutePath, CURSORS, id, pageOf, pageQueryBy, timestamp } from './shared';

const backupName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*\.zip$/, 'must be the name of a backup, such as pressmark-20261123-161500.zip')
  .describe('File name in the backups folder.');
const byName = z.object({ name: backupName });
const archivePath = absolutePath.regex(/\.zip$/i, 'must end in .zip');

export const backup = z.object({
  name: backupName.nullable().describe('Null for one outside the backups folder.'),
  path: z.string(),
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
  .object({ name: backupName.optional(), path: archivePath.optional() })
  .refine(({ name, path }) => (name === undefined) !== (path === undefined), { path: ['path'], error: 'give either "path" or "name"' });
export type RestoreSource = z.output<typeof source>;

const tag = 'Backups';
export const backups = {
  create: op({
    method: 'POST',
    path: '/api/backup',
    summary: 'Write the whole library into one file',
    description:
      'The job `job_id` writes a zip archive of the database and all originals, while everything goes on; no token and no key is in it. The file has its name once it is whole.',
    tag,
    scope: 'admin',
    cost: 'heavy',
    status: 202,
  })
    .input(
      z.object({ path: archivePath.optional().describe('Left out: a new file in the folder `backups` of the data folder.') }).optional(),
    )
    .output(z.object({ job_id: id, backup })),
  list: op({ method: 'GET', path: '/api/backups', summary: 'List the backups in the backups folder, newest first', tag, scope: 'admin' })
    .input(pageQueryBy(CURSORS.name))
    .output(pageOf(backup)),
  get: op({ method: 'GET', path: '/api/backups/{name}', summary: 'Get a backup of the backups folder', tag, scope: 'admin' })
    .input(byName)
    .output(backup),
  file: op({ method: 'GET', path: '/api/backups/{name}/file', summary: 'Download a backup (Range supported)', tag, scope: 'admin' })
    .input(byName)
    .output(z.file()),
  remove: op({ method: 'DELETE', path: '/api/backups/{name}', summary: 'Delete a backup of the backups folder', tag, scope: 'admin' })
    .input(byName)
    .output(z.object({ name: backupName, deleted: z.literal(true) })),
  restore: op({
    method: 'POST',
    path: '/api/restore',
    summary: 'Put a backup in the place of the library',
    description:
      'The archive is checked and unpacked before the answer; the next start puts it in place, and keeps the present library beside it. Tokens stay as they are.',
    tag,
    scope: 'admin',
    cost: 'heavy',
    status: 202,
  })
    .input(source)
    .output(restored),
};
