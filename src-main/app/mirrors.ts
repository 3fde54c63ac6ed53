/** The servers that mirror the library, as configured. */
import { createChromaMirror } from '../adapters/chroma/mirror';
import { connectNeo4j } from '../adapters/neo4j/connection';
import { createNeo4jMirror } from '../adapters/neo4j/mirror';
import { createNeo4jGraph } from '../adapters/neo4j/store';
import { createMirrorHealth } from '../core/mirrors/health';
import { libraryId } from '../core/mirrors/library-id';
import { createMirroredVectors } from '../core/mirrors/mirrored-vectors';
import type { Ports } from '../core/ports';
import type { Mirror } from '../core/ports/mirror';
import type { TeamEngines } from './config';

type Engines = Pick<Ports, 'records' | 'vectors' | 'graph'>;

/** @returns the engines to use, which ask a mirror where there is one, and the mirrors to keep in step */
export function withMirrors(
  engines: Engines,
  team: TeamEngines,
  runtime: Ports['runtime'],
): Engines & Pick<Ports, 'mirrors' | 'mirrorHealth'> {
  const { records, vectors, graph } = engines;
  const mirrorHealth = createMirrorHealth();
  const mirrors: Mirror[] = [];
  const library = () => libraryId(records, runtime);
  const using = { ...engines };
  // The command line works on a library for moments only; what it changes is noted, and a server that starts later tells it.
  if (runtime.host === 'cli') return { ...using, mirrors, mirrorHealth };
  if (team.chroma) {
    const mirror = createChromaMirror(team.chroma, { library, vectors, projects: records.projects });
    using.vectors = createMirroredVectors(vectors, { mirror, outbox: records.outbox, health: mirrorHealth, log: runtime.log });
    mirrors.push(mirror);
  }
  if (team.neo4j) {
    const connection = connectNeo4j({ ...team.neo4j, version: runtime.version });
    using.graph = createNeo4jGraph({ base: graph, connection, outbox: records.outbox, health: mirrorHealth, library });
    mirrors.push(createNeo4jMirror({ connection, graph, projects: records.projects, library }));
  }
  return { ...using, mirrors, mirrorHealth };
}
