/** What is suggested as one, what is not, and what themes are called by. */
import { describe, expect, it } from 'vitest';
import { createLexicon } from '../../src-main/adapters/graph/lexicon';
import type { EntityType } from '../../src-main/contract/graph';
import { findPairs } from '../../src-main/core/graph/pairs';
import { characteristicWords } from '../../src-main/core/graph/theme-words';

const lexicon = createLexicon();
const suggested = (names: string[], type: EntityType = 'person') =>
  findPairs(
    names.map((name, at) => ({ id: name, name, type, mentions: 100 - at })),
    lexicon.gender,
  ).map(({ from, into, reason }) => `${from} → ${into}: ${reason}`);

describe('suggested', () => {
  it.each([
    ['a short form and the only one with the first name', ['Rodya', 'Rodion Romanovitch'], ['Rodya → Rodion Romanovitch: short_form']],
    ['a title and a name in full', ['Mr. Darnell', 'Charles Darnell'], ['Mr. Darnell → Charles Darnell: part_of_name']],
    ['initials', ['J. Smith', 'John Smith'], ['J. Smith → John Smith: initials']],
    ['the name alone', ['Orlov', 'Mr. Orlov'], ['Orlov → Mr. Orlov: part_of_name']],
  ])('is %s', (_what, names, expected) => {
    expect(suggested(names)).toEqual(expected);
  });

  it.each([
    ['a husband and a wife', ['Mr. McKay', 'Mrs. McKay']],
    ['a father and a daughter', ['Mr. Barry', 'Diana Barry']],
    ['who is called by the husband’s name and the husband', ['Mrs. Peter Blewett', 'Peter Blewett']],
    ['a wife and an officer', ['Mrs. Adams', 'Colonel Adams']],
    ['a couple in French', ['M. Coquenard', 'Madame Coquenard']],
    ['a short form of another name', ['Rodya', 'Sofya Semyonovna']],
  ])('is never %s', (_what, names) => {
    expect(suggested(names)).toEqual([]);
  });
});

describe('themes', () => {
  it('are called by nouns that are rare elsewhere', () => {
    const sea = Array.from(
      { length: 4 },
      () => 'They went out and said little about the harbour; the schooner lay there, and them the storm had spared.',
    );
    const court = Array.from(
      { length: 4 },
      () => 'They went out and said little about the verdict; the jury sat there, and them the judge had warned.',
    );
    const [first, second] = characteristicWords([sea, court], lexicon.kindOf);
    expect([first?.sort(), second?.sort()]).toEqual([
      ['harbour', 'schooner', 'storm'],
      ['judge', 'jury', 'verdict'],
    ]);
  });
});
