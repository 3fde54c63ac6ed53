/** The servers of a team's set-up that the tests start: PostgreSQL (a system package), Chroma (a Python package), Neo4j (jars). */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureNeo4j, isNeo4jReady, neo4jJars } from './neo4j.mjs';
import { say } from './progress.mjs';
import { ensurePython, isPythonReady, pythonCommands } from './python.mjs';

const DEBIAN = '/usr/lib/postgresql';
const WINDOWS = process.platform === 'win32';

/** Folder of `initdb` and `postgres`: Debian keeps one for each version, others have them on PATH. Null when there is none. */
export function postgresPrograms() {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(DEBIAN, version, 'bin')), ...(process.env.PATH ?? '').split(WINDOWS ? ';' : ':')];
  return folders.find((folder) => existsSync(join(folder, WINDOWS ? 'initdb.exe' : 'initdb'))) ?? null;
}

/** Where each server's programs are; what was not set up is null. */
export function serverPrograms() {
  return {
    postgres: postgresPrograms(),
    chroma: isPythonReady('chroma') ? join(pythonCommands('chroma'), WINDOWS ? 'python.exe' : 'python') : null,
    neo4j: isNeo4jReady() ? neo4jJars() : null,
  };
}

export const areServersReady = () => isPythonReady('chroma') && isNeo4jReady() && postgresPrograms() !== null;

/** Never fails: what cannot be had is said, and the tests that need it fail and name it. */
export async function ensureServers() {
  await Promise.all([
    ensurePython('chroma').catch((error) => say(`Chroma cannot be tested: ${error.message}`)),
    ensureNeo4j().catch((error) => say(`Neo4j cannot be tested: ${error.message}`)),
  ]);
  if (postgresPrograms() === null) say('PostgreSQL cannot be tested: there is no "initdb" on PATH or in /usr/lib/postgresql');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await ensureServers();
