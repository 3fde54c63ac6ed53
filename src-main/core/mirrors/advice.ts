/** What is wrong with a mirror, in words, and what to do about it. */
import type { Mirror, MirrorError, MirrorTrouble } from '../ports/mirror';
import type { MirrorTarget } from '../ports/outbox';

const ENGINES: Record<MirrorTarget, { name: string; options: string; secret: string; meanwhile: string }> = {
  chroma: {
    name: 'Chroma',
    options: 'PRESSMARK_CHROMA_URL',
    secret: 'PRESSMARK_CHROMA_TOKEN, PRESSMARK_CHROMA_TENANT and PRESSMARK_CHROMA_DATABASE',
    meanwhile: 'Meanwhile vectors are compared in the library itself.',
  },
  neo4j: {
    name: 'Neo4j',
    options: 'PRESSMARK_NEO4J_URL',
    secret: 'PRESSMARK_NEO4J_USER, PRESSMARK_NEO4J_PASSWORD and PRESSMARK_NEO4J_DATABASE',
    meanwhile: 'Meanwhile the library itself answers questions about the graph.',
  },
};

type Words = (name: string, address: string, engine: (typeof ENGINES)[MirrorTarget]) => [what: string, todo: string];

const WORDS: Record<MirrorTrouble, Words> = {
  unreachable: (name, address, { options }) => [
    `${name} cannot be reached at ${address}`,
    `Start it, or correct ${options} if it is somewhere else.`,
  ],
  slow: (name, address) => [`${name} at ${address} does not answer in time`, 'See whether it, its disk or the network is overloaded.'],
  denied: (name, address, { secret }) => [`${name} at ${address} refuses access`, `Correct ${secret}, and start Pressmark again.`],
  unsuitable: (name, address, { options }) => [
    `What answers at ${address} is no ${name} that Pressmark can use`,
    `Update it, or correct ${options}; docs/team.md names the versions.`,
  ],
  failed: (name, address) => [`${name} at ${address} could not do what was asked`, 'Its own log says more.'],
};

export function adviceOn({ target, address }: Pick<Mirror, 'target' | 'address'>, { trouble, message }: MirrorError): string {
  const engine = ENGINES[target];
  const [what, todo] = WORDS[trouble](engine.name, address, engine);
  return `${what} (${message.replace(/\.$/, '')}). ${todo} ${engine.meanwhile} Nothing is lost: it catches up by itself.`;
}
