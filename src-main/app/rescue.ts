/** A library file that cannot be used is kept aside, and what there is takes its place: its own rows, a backup, or the originals alone. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LIBRARY } from '../adapters/backup/manifest';
import { unpack } from '../adapters/backup/read';
import { adoptLibrary } from '../adapters/records/sqlite/adopt';
import { repairMark } from '../adapters/records/sqlite/care/care';
import { copyWithFirstPage } from '../adapters/records/sqlite/care/first-page';
import { damageOf } from '../adapters/records/sqlite/care/probe';
import { salvage } from '../adapters/records/sqlite/care/salvage';
import { refuseNewer } from '../adapters/records/sqlite/migrate';
import { salvageVectors } from '../adapters/vectors/salvage';
import type { Log } from '../core/ports/runtime';
import type { Rescue } from '../core/system/care';

export interface RescuePlaces {
  library: string;
  /** Folder of the originals. */
  files: string;
  backups: string;
  migrations: string;
}

/** Without these tables a backup is worth more than what was saved. */
const NEEDED = ['projects', 'documents'];
const BESIDE = ['', '-wal', '-shm'];

/**
 * Only the process that claimed the data folder may call it. Nothing is deleted: the damaged file keeps its content under another name.
 * @param known what is known to be wrong; left out: it is looked at
 * @returns null when the library can be used as it is, or there is none yet
 * @throws AppError CONFLICT when the library is newer than the program, which is no damage
 */
export async function rescueLibrary(places: RescuePlaces, log: Log, known?: string): Promise<Rescue | null> {
  const { library, files } = places;
  const saved = `${library}.saved`;
  // Killed between the two renamings: what was saved is whole, since the damaged file only goes when it is.
  if (!existsSync(library) && existsSync(saved)) renameSync(saved, library);
  rmSync(saved, { force: true });
  if ((!existsSync(library) || statSync(library).size === 0) && !holdsOriginals(files)) return null;
  const damage = known ?? found(places);
  if (damage === null) return null;
  log.error('the library file is damaged', { damage });
  const how = (await fromItself(places, saved, log)) ?? (await fromBackup(places, saved, log)) ?? FRESH;
  const kept = keepAside(library);
  if (existsSync(saved)) renameSync(saved, library);
  rmSync(repairMark(library), { force: true });
  const message = `The library file was damaged (${damage}). ${how}${kept ? ` The damaged file is kept as ${kept}.` : ''}`;
  return { at: new Date().toISOString(), message };
}

const FRESH = 'A new library was begun with the original files; names, projects and conversations could not be saved.';

function found({ library, migrations }: RescuePlaces): string | null {
  try {
    refuseNewer(library, migrations);
  } catch (error) {
    // A newer library is not ours to judge.
    if (error instanceof Error && error.name === 'AppError') throw error;
  }
  return damageOf(library, existsSync(repairMark(library)));
}

function holdsOriginals(files: string): boolean {
  const folders = existsSync(files) ? readdirSync(files).filter((name) => /^[0-9a-f]{2}$/.test(name)) : [];
  return folders.some((name) => readdirSync(join(files, name)).length > 0);
}

async function fromItself(places: RescuePlaces, saved: string, log: Log): Promise<string | null> {
  const { library } = places;
  if (!existsSync(library) || statSync(library).size === 0) return null;
  const copy = `${library}.headed`;
  try {
    const how = await saveRows(places, library, saved, log);
    if (how !== null || !copyWithFirstPage(library, copy)) return how;
    return await saveRows(places, copy, saved, log);
  } finally {
    for (const end of BESIDE) rmSync(`${copy}${end}`, { force: true });
  }
}

/** Null when what could be read is less than a backup may hold. */
async function saveRows({ migrations }: RescuePlaces, source: string, saved: string, log: Log): Promise<string | null> {
  try {
    const { rows, torn } = await salvage(source, saved, migrations, log);
    const vectors = salvageVectors(source, saved);
    log.info('rows saved out of the damaged library', { rows, torn, vectors });
    if (!NEEDED.some((table) => torn.includes(table)) && (rows.projects ?? 0) > 0) {
      return torn.length === 0 ? 'All rows could be saved.' : `Some rows could not be saved (${torn.join(', ')}).`;
    }
  } catch (error) {
    log.warn('the damaged library could not be read', { reason: String(error) });
  }
  rmSync(saved, { force: true });
  return null;
}

/** Those that were ordered, and the copies before migrations; the newest one that is whole. */
async function fromBackup({ library, files, backups, migrations }: RescuePlaces, saved: string, log: Log): Promise<string | null> {
  const names = existsSync(backups) ? readdirSync(backups).filter((name) => /\.(zip|sqlite)$/.test(name)) : [];
  const dated = names.map((name) => ({ path: join(backups, name), at: statSync(join(backups, name)).mtime }));
  for (const { path, at } of dated.sort((a, b) => b.at.getTime() - a.at.getTime())) {
    const staging = join(dirname(library), `restore-staging-${process.pid}`);
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(staging, { recursive: true });
    try {
      const copy = join(staging, LIBRARY);
      if (path.endsWith('.zip')) await unpack(path, staging);
      else copyFileSync(path, copy);
      adoptLibrary(copy, migrations, log);
      bringOriginals(join(staging, 'files'), files);
      renameSync(copy, saved);
      return `The backup ${basename(path)} of ${at.toISOString().slice(0, 16).replace('T', ' ')} took its place.`;
    } catch (error) {
      log.warn('a backup could not be used', { path, reason: String(error) });
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  }
  return null;
}

/** Those that are there stay; all others come. */
function bringOriginals(from: string, to: string): void {
  for (const folder of existsSync(from) ? readdirSync(from) : []) {
    mkdirSync(join(to, folder), { recursive: true });
    for (const name of readdirSync(join(from, folder))) {
      if (!existsSync(join(to, folder, name))) renameSync(join(from, folder, name), join(to, folder, name));
    }
  }
}

function keepAside(library: string): string | null {
  if (!existsSync(library)) return null;
  const stamp = new Date().toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '').replace('T', '-');
  const kept = `${library.replace(/\.sqlite$/, '')}-damaged-${stamp}.sqlite`;
  // What belongs to it goes first: a new library must not find the log of changes of another.
  for (const end of [...BESIDE].reverse()) if (existsSync(`${library}${end}`)) renameSync(`${library}${end}`, `${kept}${end}`);
  return basename(kept);
}
