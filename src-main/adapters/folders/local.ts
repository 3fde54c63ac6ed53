/** Followed folders on this machine's disks: looking through them, and hearing of changes. */
import { createHash } from 'node:crypto';
import { createReadStream, realpathSync } from 'node:fs';
import { lstat, opendir, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { watch } from 'chokidar';
import { AppError } from '../../core/errors';
import { LIMITS } from '../../core/limits';
import type { Blind, FoundFile, LocalFolders } from '../../core/ports/folders';
import { nameFor, pathFor, shownFor } from './names';
import { createRules, type Rules } from './rules';

/** @param dataDir Pressmark's own folder: never followed, and left out where it lies within a followed one */
export function createLocalFolders(dataDir: string): LocalFolders {
  const own = realpathSync(dataDir);
  return {
    async locate(given) {
      const path = isAbsolute(given) ? await realpath(given).catch(() => null) : null;
      const found = path === null ? null : await stat(path).catch(() => null);
      if (path === null || !found) return null;
      if (!found.isDirectory()) throw unfit('this is a file; give the folder that it is in.');
      if (dirname(path) === path) throw unfit('the root of a disk cannot be followed; choose a folder on it.');
      if (isWithin(own, path)) throw unfit("this is Pressmark's own data folder; choose another one.");
      return { path, identity: `${found.dev}:${found.ino}` };
    },
    walk: (path, ignore, signal) => walk({ root: path, rules: createRules(ignore), own, signal }, '', 0),
    absolute,
    shown: shownFor,
    async sha256(path, signal) {
      const hash = createHash('sha256');
      await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash, { signal });
      return hash.digest('hex');
    },
    watch(path, ignore, heard) {
      const rules = createRules(ignore);
      const ignored = (file: string, stats?: { isDirectory(): boolean }): boolean => {
        const below = relative(path, file).replaceAll(sep, '/');
        return below !== '' && (isWithin(own, file) || rules(below, stats?.isDirectory() ?? false));
      };
      const watcher = watch(path, { ignored, ignoreInitial: true, followSymlinks: false, depth: LIMITS.folderDepth });
      watcher.on('all', () => heard.changed());
      watcher.on('error', (error) => heard.failed(reasonOf(error)));
      return () => watcher.close();
    },
  };
}

interface Walk {
  root: string;
  rules: Rules;
  own: string;
  signal: AbortSignal;
}

/** Links are never followed, so there are no circles and no way out of the folder. */
async function* walk(of: Walk, below: string, depth: number): AsyncGenerator<FoundFile | Blind> {
  const inside: string[] = [];
  try {
    for await (const { path, directory } of entries(of, below)) {
      if (directory) inside.push(path);
      else yield* examine(of.root, path);
    }
  } catch (error) {
    if (of.signal.aborted) throw error;
    yield { path: below, reason: reasonOf(error) };
  }
  for (const path of inside) {
    if (depth < LIMITS.folderDepth) yield* walk(of, path, depth + 1);
    else yield { path, reason: 'too deep' };
  }
}

/** Files and directories directly in one. */
async function* entries({ root, rules, own, signal }: Walk, below: string): AsyncGenerator<{ path: string; directory: boolean }> {
  // Names as bytes, which the types of Node do not know of.
  for await (const entry of await opendir(absolute(root, below), { encoding: 'buffer' as BufferEncoding })) {
    signal.throwIfAborted();
    const name = nameFor(entry.name as unknown as Buffer);
    const path = below === '' ? name : `${below}/${name}`;
    const directory = entry.isDirectory();
    const wanted = (directory || entry.isFile()) && !rules(path, directory);
    if (wanted && !(directory && isWithin(own, join(root, path)))) yield { path, directory };
  }
}

/** Nothing for a file that went away meanwhile. */
async function* examine(root: string, path: string): AsyncGenerator<FoundFile> {
  const found = await lstat(absolute(root, path)).catch(() => null);
  // ctime changes with whatever else does, and nobody can set it back.
  if (found?.isFile()) yield { path, size_bytes: found.size, changed_ms: Math.round(Math.max(found.mtimeMs, found.ctimeMs)) };
}

const absolute = (folder: string, path: string) => pathFor(join(folder, ...path.split('/')));

/** `path` is `folder` or lies in it. */
function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

const reasonOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : String(error));

/** No schema can tell: it depends on what is on the disk. */
const unfit = (message: string) => new AppError('CONFLICT', `path: ${message}`, { issues: [{ path: 'path', message }] });
