/** Makes sure that the server is new enough and has the constraints and indexes, each time that it may be another one. */
import { MirrorError } from '../../core/ports/mirror';
import type { Connection } from './connection';
import { SCHEMA } from './schema';

const VERSION_MS = 10_000;
/** Of an index, which a full database takes a while to make. */
const SCHEMA_MS = 120_000;
/** Older ones do not know the queries of the walks. */
const OLDEST = [5, 23];
const VERSION = `CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0] AS version`;

/** The function that runs work on a prepared server; after a failure the next one prepares again. */
export function createReady(connection: Connection): <T>(work: () => Promise<T>) => Promise<T> {
  let prepared: Promise<void> | null = null;
  async function prepare(): Promise<void> {
    const [found] = await connection.read(VERSION_MS, (ask) => ask<{ version: string }>(VERSION));
    refuseOld(found?.version ?? '');
    for (const statement of SCHEMA) await connection.alone(SCHEMA_MS, statement);
  }
  return async (work) => {
    prepared ??= prepare();
    try {
      await prepared;
      return await work();
    } catch (error) {
      prepared = null;
      throw error;
    }
  };
}

function refuseOld(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > (OLDEST[0] ?? 0) || (major === OLDEST[0] && minor >= (OLDEST[1] ?? 0))) return;
  throw new MirrorError('unsuitable', `it is version ${version || 'unknown'}, and ${OLDEST.join('.')} or newer is needed`);
}
