/** What a question names: written out, by one word, by any of its names. */
import { describe, expect, it } from 'vitest';
import type { Entity } from '../../src-main/contract/graph';
import { wordsOfNames } from '../../src-main/core/graph/extract/names';
import { namedIn } from '../../src-main/core/graph/named';
import type { Ports } from '../../src-main/core/ports';
import type { GraphStore } from '../../src-main/core/ports/graph';

const entity = (name: string, mentions: number, ...aliases: string[]): Entity => ({
  id: name,
  project_id: 'p',
  name,
  type: 'person',
  mentions,
  aliases,
  created_at: '',
  updated_at: '',
});
const PEOPLE = [
  entity('Rodion Romanovitch', 900, 'Raskolnikov', 'Rodya'),
  entity('Avdotya Romanovna', 300, 'Dounia', 'Avdotya Romanovna Raskolnikov'),
  entity('Porfiry Petrovitch', 200, 'Porfiry'),
  entity('Sonia', 100),
];

/** Answers as the stores do: keys first, else words, the most mentioned first. */
const named: GraphStore['named'] = async ({ keys, words, limit }) => {
  const exact = PEOPLE.filter(({ name }) => keys.includes(name.toLowerCase()));
  const byWords = PEOPLE.filter(({ name, aliases }) => wordsOfNames([name, ...aliases]).some((word) => words.includes(word)));
  return (exact.length > 0 ? exact : byWords).slice(0, limit);
};
const graph = { named } as GraphStore;
const asked = async (query: string) => (await namedIn({ graph } as Pick<Ports, 'graph'>, 'p', query, 10)).map(({ name }) => name);

describe('a question names', () => {
  it('who is known by another name', async () => {
    expect(await asked('What does Rodya fear?')).toEqual(['Rodion Romanovitch']);
  });

  it('two that have two names before two that share one', async () => {
    expect((await asked('How does Raskolnikov know Porfiry?')).slice(0, 2)).toEqual(['Rodion Romanovitch', 'Porfiry Petrovitch']);
  });

  it('one that is written out and one that is not', async () => {
    expect(await asked('Why does Sonia visit Porfiry?')).toEqual(['Sonia', 'Porfiry Petrovitch']);
    expect(await asked('why does sonia visit porfiry')).toEqual(['Sonia', 'Porfiry Petrovitch']);
  });
});
