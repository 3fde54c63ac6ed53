/** The list of contents of a backup: its last member, `manifest.json`. */
import { z } from 'zod';
import { backupCounts } from '../../contract/backups';

export const MANIFEST = 'manifest.json';
export const LIBRARY = 'library.sqlite';
/** An original is named by its SHA-256. */
const ORIGINAL = /^files\/([0-9a-f]{2})\/\1[0-9a-f]{62}$/;

export const originalName = (sha256: string): string => `files/${sha256.slice(0, 2)}/${sha256}`;

/** No other name can be in a backup, so none can lead out of the folder it is unpacked to. */
export const isMemberName = (name: string): boolean => name === LIBRARY || ORIGINAL.test(name);

const bytes = z.number().int().min(0);

export const manifest = z.object({
  format: z.literal('pressmark-backup'),
  format_version: z.number().int().min(1),
  /** Of the job that wrote it. */
  id: z.string(),
  version: z.string(),
  /** When the newest migration of the library was made. */
  schema_version: z.number().int(),
  created_at: z.iso.datetime(),
  counts: backupCounts,
  members: z.array(z.object({ name: z.string(), size_bytes: bytes, sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});
export type Manifest = z.output<typeof manifest>;
export type Member = Manifest['members'][number];

/** Only what comes later can be unknown to this program. */
export const FORMAT_VERSION = 1;
