/** Moves a library from this machine's data folder into PostgreSQL, or back: `npm run move -- team` or `npm run move -- embedded`. */
import { lookAt } from '../adapters/records/postgres/sessions';
import { AppError } from '../core/errors';
import { type MovedLibrary, type MoveReport, type MoveStep, moveLibrary, planMove } from '../core/move/move';
import { type Config, ConfigError, readConfig } from './config';
import { openDataFolder } from './data-folder';
import { exitWith } from './exit';
import { claimInstance } from './instance';
import type { Library } from './library';
import { hasLibrary } from './library-sqlite';
import { createLog } from './log';
import { openLibrary } from './open-library';
import { programPaths } from './paths';

const USAGE = 'usage: PRESSMARK_DATABASE_URL=postgres://… npm run move -- team|embedded [--data-dir DIR] [--dry-run] [--json]';
/** A line of progress at most this often, in milliseconds. */
const SAID_MS = 1_000;

type Direction = 'team' | 'embedded';

async function main(): Promise<void> {
  const { config, words, flags } = readConfig(process.argv.slice(2), process.env, { flags: ['dry-run', 'json'], words: true });
  const [direction, extra] = words;
  if (direction !== 'team' && direction !== 'embedded')
    throw new ConfigError(`${direction ?? 'the direction'}: must be team or embedded; ${USAGE}`);
  if (extra !== undefined) throw new ConfigError(`${extra}: is no option; ${USAGE}`);
  if (config.team.databaseUrl === null)
    throw new ConfigError(
      `PRESSMARK_DATABASE_URL: is not set, and names the database to move ${direction === 'team' ? 'into' : 'from'}; ${USAGE}`,
    );
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  const report = await move(config, direction, flags.has('dry-run'), stopping.signal);
  process.stdout.write(flags.has('json') ? `${JSON.stringify(report)}\n` : inWords(report, direction, flags.has('dry-run')));
}

/** Nobody else may work on either side meanwhile: what they change after it was copied would be missing. */
async function move(config: Config, direction: Direction, dry: boolean, signal: AbortSignal): Promise<MoveReport> {
  openDataFolder(config.dataDir);
  const closers: (() => unknown)[] = [await claimInstance(config.dataDir)];
  try {
    const open = async (one: Config, name: string): Promise<MovedLibrary> => {
      const library = await openLibrary({
        config: one,
        program: programPaths(__dirname),
        keychain: null,
        log: createLog(one, true),
      });
      closers.push(() => closeLibrary(library));
      if (library.rescue)
        throw new AppError(
          'CONFLICT',
          'This library was damaged and has just been repaired. Start Pressmark once and let it finish, then move.',
        );
      const { records, files } = library.ports;
      return { name, rows: library.rows, files, settings: records.settings };
    };
    const url = config.team.databaseUrl ?? '';
    const { sessions, unused } = await lookAt(url);
    if (sessions > 0)
      throw new AppError('CONFLICT', 'A Pressmark works on that database. Stop every one first: what they change now would be missing.');
    const openHere = () => open({ ...config, team: { ...config.team, databaseUrl: null } }, config.dataDir);
    const openThere = () => open(config, withoutPassword(url));
    const [openFrom, openTo] = direction === 'team' ? [openHere, openThere] : [openThere, openHere];
    const from = await openFrom();
    // Opening a library makes one where none is.
    if (dry && (direction === 'team' ? unused : !hasLibrary(config.dataDir))) return await planMove(from, null);
    const to = await openTo();
    return dry ? await planMove(from, to) : await moveLibrary(from, to, { signal, progress: createProgress() });
  } catch (error) {
    if (signal.aborted) throw new AppError('CONFLICT', 'The move was stopped. Run the same command again to go on from here.');
    throw error;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function closeLibrary({ ports: { vectors }, close }: Library): Promise<void> {
  await vectors.close();
  await close();
}

/** The part of an address that tells one database from another. */
function withoutPassword(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** Progress on stderr; stdout is for the result. */
function createProgress(): (step: MoveStep) => void {
  const verb = { originals: 'copying', rows: 'copying', derive: 'making', verify: 'comparing' } as const;
  let said = 0;
  let last = '';
  return ({ step, what, done, total }) => {
    const now = Date.now();
    const title = `${verb[step]} ${what}`;
    if (title === last && now - said < SAID_MS) return;
    last = title;
    said = now;
    process.stderr.write(`pressmark: ${title}${step === 'derive' ? '' : ` ${done} of ${total}`}\n`);
  };
}

function inWords({ originals, tables }: MoveReport, direction: Direction, dry: boolean): string {
  const rows = Object.entries(tables).filter(([, count]) => count > 0);
  const list = [['originals', originals] as const, ...rows].map(([name, count]) => `  ${name.padEnd(18)} ${count}\n`).join('');
  if (dry) return `Would move into ${direction === 'team' ? 'PostgreSQL' : 'the data folder'}:\n${list}Nothing was changed.\n`;
  const next =
    direction === 'team'
      ? 'Start Pressmark with PRESSMARK_DATABASE_URL from now on. The data folder still holds the old library; delete it when you are content.'
      : 'Start Pressmark without PRESSMARK_DATABASE_URL from now on. The database still holds the old library.';
  return `Moved and compared, row by row and file by file:\n${list}Access tokens stay behind: make new ones. ${next}\n`;
}

main().then(() => process.exit(0), exitWith);
