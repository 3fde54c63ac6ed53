/** Writes a backup: a copy of the records, the originals and the manifest as stored members of one zip archive. Runs in a worker thread. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { JobError } from '../../core/errors';
import type { BackupOrder, LibraryCopy } from '../../core/ports/backup';
import { FORMAT_VERSION, LIBRARY, MANIFEST, type Manifest, type Member, originalName } from './manifest';
import { readManifest } from './read';
import { hasRoom } from './room';

export interface WriteTask extends BackupOrder {
  /** Folder of the originals. */
  files: string;
  /** Folder for the copy of the records while the archive is written. */
  drafts: string;
}

/** Makes the copy at the given path. */
export type CopyLibrary = (path: string, progress: (done: number, total: number) => void) => Promise<LibraryCopy>;

export async function writeBackup(
  task: WriteTask,
  copyLibrary: CopyLibrary,
  progress: (done: number, total: number) => void,
): Promise<void> {
  const partial = `${task.path}.partial`;
  if (await writtenBefore(task)) return;
  const drafts = join(task.drafts, task.id);
  try {
    await mkdir(drafts, { recursive: true });
    await mkdir(dirname(task.path), { recursive: true });
    await writeArchive(task, join(drafts, LIBRARY), partial, copyLibrary, progress);
    if (await exists(task.path)) throw taken(task.path);
    await rename(partial, task.path);
    await syncFolder(dirname(task.path));
  } catch (error) {
    throw inWords(error);
  } finally {
    await rm(partial, { force: true });
    await rm(drafts, { recursive: true, force: true });
  }
}

/** A crash between the renaming and the end of the job leaves the whole archive. */
async function writtenBefore({ path, id }: WriteTask): Promise<boolean> {
  if (!(await exists(path))) return false;
  const present = await readManifest(path).catch(() => null);
  if (present?.id === id) return true;
  throw taken(path);
}

async function writeArchive(
  task: WriteTask,
  draft: string,
  partial: string,
  copyLibrary: CopyLibrary,
  progress: (done: number, total: number) => void,
): Promise<void> {
  const copy = await copyLibrary(draft, (done, total) => progress(done, total * 2));
  const size = (await stat(draft)).size;
  const total = 2 * size + (await sizes(task.files, copy.originals));
  if (!(await hasRoom(dirname(partial), total - size))) throw full();
  let done = size;
  const archive = openArchive(partial, (more) => {
    done += more;
    progress(Math.min(done, total), total);
  });
  const lost: string[] = [];
  for (const sha256 of copy.originals) {
    const found = await archive.add(originalName(sha256), join(task.files, sha256.slice(0, 2), sha256));
    if (!found) lost.push(sha256);
  }
  await copy.forget(lost);
  const counts = copy.counts();
  copy.close();
  await archive.add(LIBRARY, draft);
  const facts = { id: task.id, version: task.version, schema_version: copy.schema_version, created_at: new Date().toISOString() };
  const members = archive.members.filter(({ name }) => name !== MANIFEST);
  const manifest: Manifest = { format: 'pressmark-backup', format_version: FORMAT_VERSION, ...facts, counts, members };
  await archive.end(Buffer.from(`${JSON.stringify(manifest)}\n`));
  progress(total, total);
}

async function sizes(files: string, originals: string[]): Promise<number> {
  let total = 0;
  for (const sha256 of originals) total += (await stat(join(files, sha256.slice(0, 2), sha256)).catch(() => ({ size: 0 }))).size;
  return total;
}

/** One member after the other: of many files, one is open. */
function openArchive(partial: string, written: (bytes: number) => void) {
  const zip = new ZipFile();
  const broken = new Promise<never>((_resolve, reject) => zip.on('error', reject));
  const saved = pipeline(zip.outputStream as NodeJS.ReadableStream, createWriteStream(partial, { mode: 0o600, flush: true }));
  broken.catch(() => undefined);
  saved.catch(() => undefined);
  const members: Member[] = [];

  /** False when the file is not there (any more). */
  async function add(name: string, path: string): Promise<boolean> {
    const file = await open(path, 'r').catch(absent);
    if (!file) return false;
    const hash = createHash('sha256');
    let size_bytes = 0;
    const measure = new Transform({
      transform(piece: Buffer, _encoding, next) {
        size_bytes += piece.length;
        hash.update(piece);
        written(piece.length);
        next(null, piece);
      },
    });
    const source = createReadStream(path, { fd: file, highWaterMark: 1024 * 1024 });
    zip.addReadStream(measure, name, { compress: false, mode: 0o600 });
    await Promise.race([
      pipeline(source, measure, { end: true }),
      broken,
      saved.then(() => Promise.reject(new Error('the archive ended'))),
    ]);
    members.push({ name, size_bytes, sha256: hash.digest('hex') });
    return true;
  }

  return {
    members,
    add,
    async end(manifest: Buffer): Promise<void> {
      zip.addBuffer(manifest, MANIFEST, { compress: false, mode: 0o600 });
      zip.end();
      await Promise.race([saved, broken]);
    },
  };
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

const taken = (path: string) =>
  new JobError('EXISTS', `There is already another file at ${path}.`, 'Move it away and retry, or order a backup under another name.');
const full = () =>
  new JobError('DISK_FULL', 'There is not enough room on the disk for the backup.', 'Free some space, then retry the job.');

function inWords(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'SQLITE_FULL') return full();
  if (!/^(EACCES|EPERM|EROFS|ENOTDIR|ENOENT|EISDIR|ENAMETOOLONG)$/.test(code)) return error;
  return new JobError('UNWRITABLE', `The backup cannot be written to that folder (${code}).`, 'Choose another folder.');
}
