/** Collects the jars of a Neo4j server for the tests, in the user's cache; the stamp says which pom.xml they belong to. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../build/stamp.mjs';
import { withLock } from './lock.mjs';
import { step } from './progress.mjs';
import { run } from './run.mjs';

const POM = join(ROOT, 'scripts', 'setup', 'servers', 'pom.xml');
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const LIMIT_MS = 15 * 60_000;
/** Native parts for other systems, which only take room. */
const FOREIGN = /^netty-transport-native-(kqueue-.*osx|epoll-.*aarch_64)/;

const key = () => createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 12);
const cache = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'pressmark');

/** Folder of the jars, whether it is there or not. */
export const neo4jJars = () => join(cache(), `neo4j-${key()}`);

/** True when all jars are there: the stamp is written before the folder gets its name. */
export function isNeo4jReady() {
  try {
    return readFileSync(join(neo4jJars(), 'whole'), 'utf8') === key();
  } catch {
    return false;
  }
}

/** @throws Error with a sentence for the user when there is no Java or Maven, or the jars cannot be had */
export async function ensureNeo4j() {
  if (isNeo4jReady()) return;
  for (const [program, word] of [
    ['java', '-version'],
    ['mvn', '--version'],
  ]) {
    const { error, status } = spawnSync(program, [word], { stdio: 'ignore', shell: process.platform === 'win32' });
    if (error || status !== 0) throw new Error(`"${program}" is needed for Neo4j (Java 17 or newer and Maven) and does not run here`);
  }
  const target = neo4jJars();
  await withLock(`${target}.lock`, () =>
    isNeo4jReady() ? undefined : step('collect the jars of Neo4j (about 125 MB)', () => collect(target)),
  );
}

async function collect(target) {
  await mkdir(dirname(target), { recursive: true });
  const work = await mkdtemp(`${target}.new-`);
  try {
    const words = [
      '-B',
      '-ntp',
      '-q',
      '-Dmaven.artifact.threads=16',
      '-f',
      POM,
      PLUGIN,
      '-DincludeScope=runtime',
      `-DoutputDirectory=${work}`,
    ];
    await run('mvn', words, { timeoutMs: LIMIT_MS, quiet: true });
    for (const name of await readdir(work)) if (FOREIGN.test(name)) await rm(join(work, name));
    await writeFile(join(work, 'whole'), key());
    await rm(target, { recursive: true, force: true });
    await rename(work, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
