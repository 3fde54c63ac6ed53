/** The entities that a question names. */
import type { Entity } from '../../contract/graph';
import type { Ports } from '../ports';
import { contentWords } from '../search/words';
import { plainWords, possibleKeys, wordsOfNames } from './extract/names';

/** Written out in full, else by one of the words of their names; first those that together account for most words of the question. */
export async function namedIn({ graph }: Pick<Ports, 'graph'>, project_id: string, query: string, limit: number): Promise<Entity[]> {
  // Words that everybody uses name nothing.
  const telling = plainWords(query).filter((word) => word.length > 2 && contentWords(word).size > 0);
  const keys = possibleKeys(query).filter((key) => key.split(' ').some((word) => telling.includes(word) || /\d/.test(word)));
  const named = await graph.named({ project_id, keys, words: telling, limit });
  // “How does Pierre know Bezukhov?”: one is written out, the other is not.
  const others = withCapitals(
    query,
    telling.filter((word) => !named.some((entity) => isCalled(entity, word))),
  );
  const more = named.length > 0 && others.length > 0 ? await graph.named({ project_id, keys: [], words: others, limit }) : [];
  const known = new Set(named.map(({ id }) => id));
  return covering([...named, ...more.filter(({ id }) => !known.has(id))], telling).slice(0, limit);
}

const isCalled = ({ name, aliases }: Entity, word: string): boolean => wordsOfNames([name, ...aliases]).includes(word);

/** Those that are written as names; all where nothing is. */
function withCapitals(query: string, words: string[]): string[] {
  const capitals = new Set((query.match(/\p{Lu}[\p{L}\p{M}'’-]*/gu) ?? []).flatMap(plainWords));
  return capitals.size > 0 ? words.filter((word) => capitals.has(word)) : words;
}

/** In their order, but whoever accounts for a word that none before does comes first: two that share a name say less than two with two. */
function covering(entities: Entity[], words: string[]): Entity[] {
  const open = new Set(words);
  const first = entities.filter((entity) => {
    const covered = [...open].filter((word) => isCalled(entity, word));
    for (const word of covered) open.delete(word);
    return covered.length > 0;
  });
  return [...first, ...entities.filter((entity) => !first.includes(entity))];
}
