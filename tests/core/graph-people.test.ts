/** Who is who in a novel: writings of one person are one, people of one family are not. */
import { describe, expect, it } from 'vitest';
import { createLexicon } from '../../src-main/adapters/graph/lexicon';
import { KnownNames } from '../../src-main/core/graph/extract/known-names';
import { learnChunks, readChunks } from '../../src-main/core/graph/extract/read-chunks';
import type { UnreadChunk } from '../../src-main/core/ports/graph';

const lexicon = createLexicon();

const NOVEL = [
  `CHAPTER I. MISS VERNEY COMES TO STOKE ABBAS

Thornley's Mill had stood empty for a year. "You will be late again, Nell," said Mr. Verney, who never looked up from his paper. Eleanor Verney
laughed. Her sister Harriet Verney had gone to Bristol in March, and Mrs. Verney wrote to Harriet every Monday.`,
  `"Has Captain Ruthven come?" asked Harriet. The Captain, whose full name was Alasdair Ruthven, had sailed in the Halcyon from Lisbon. Mr. Ruthven, as
his tailor called him, owed money to everybody. "Ruthven!" cried old Mr. Verney. "I will not have that man at Thornley's Mill."`,
  `CHAPTER II. DR. OKONJO

Dr. Samuel Okonjo met Eleanor at the gate. "Miss Eleanor," said the doctor, "your father is ill." Okonjo had studied at Leiden. Nobody in Stoke
Abbas trusted Doctor Okonjo but Nell. However, Perhaps Street was dark. Nell's lamp went out. Nell waited. Then Samuel knocked again.`,
  `"Madame Duvallon is here," whispered Harriet. Madame Duvallon and her brother, Olivier Duvallon, kept the Halcyon's papers. Duvallon smiled at
Olivier's joke; the Verneys did not. In May, Harriet Verney and Alasdair were seen at Bristol. The rain fell. Miss Verney said nothing.`,
];

/** Every person with all writings of the name that the evidence has, most mentioned first. */
function people(texts: string[], batch = 1): string[] {
  let at = 0;
  const chunks = texts.map((text, index): UnreadChunk => {
    const chunk = { chunk_id: `c${index}`, text, char_start: at };
    at += [...text].length;
    return chunk;
  });
  const known = new KnownNames(lexicon.gender);
  for (let from = 0; from < chunks.length; from += batch) learnChunks(chunks.slice(from, from + batch), known, lexicon);
  known.finish();
  const content = [...texts.join('')];
  const found = new Map<string, { name: string; writings: Set<string>; mentions: number }>();
  for (const { key, name, type, mentions } of chunks
    .flatMap((chunk) => readChunks([chunk], known, lexicon))
    .flatMap(({ entities }) => entities)) {
    if (type !== 'person') continue;
    const one = found.get(key) ?? { name, writings: new Set(), mentions: 0 };
    for (const { char_start, char_end } of mentions) one.writings.add(content.slice(char_start, char_end).join('').replace(/\s+/g, ' '));
    one.mentions += mentions.length;
    found.set(key, one);
  }
  return [...found.values()]
    .sort((a, b) => b.mentions - a.mentions)
    .map(({ name, writings }) => `${name}: ${[...writings].sort().join(', ')}`);
}

describe('the people of a novel', () => {
  const all = people(NOVEL);

  it('are one each, under all their names', () => {
    expect(all).toEqual(
      expect.arrayContaining([
        'Eleanor Verney: Eleanor, Eleanor Verney, Miss Eleanor, Nell',
        'Harriet Verney: Harriet, Harriet Verney',
        'Alasdair Ruthven: Alasdair, Alasdair Ruthven, Captain Ruthven, Mr. Ruthven, Ruthven',
        'Dr. Samuel Okonjo: Doctor Okonjo, Dr. Samuel Okonjo, Okonjo, Samuel',
      ]),
    );
  });

  it('stay apart where they share a family name', () => {
    const verneys = all.filter((one) => one.includes('Verney')).map((one) => one.split(':')[0]);
    expect(verneys).toEqual(expect.arrayContaining(['Eleanor Verney', 'Harriet Verney', 'Mr. Verney', 'Mrs. Verney']));
    expect(all).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Madame Duvallon: Madame Duvallon$/), expect.stringMatching(/^Olivier Duvallon: /)]),
    );
  });

  it('are nothing else: no month, no pronoun, no ship, no family as a whole, no word that begins a sentence', () => {
    expect(all.join()).not.toMatch(/March|May|Monday|Halcyon|Verneys|However|Perhaps|Nobody|Then|The |Captain,|Street|Abbas|CHAPTER/);
  });

  it('are the same however the text was cut', () => {
    expect(people(NOVEL, 4)).toEqual(all);
  });
});

describe('people of other texts', () => {
  it.each([
    [
      'initials of the only one',
      ['John Smith signed it. J. Smith and Mary Smith left. J. Smith paid.'],
      ['John Smith: J. Smith, John Smith', 'Mary Smith: Mary Smith'],
    ],
    [
      'initials that fit two',
      ['John Smith met James Smith. Then J. Smith paid.'],
      ['J. Smith: J. Smith', 'James Smith: James Smith', 'John Smith: John Smith'],
    ],
    [
      'a wife by her husband’s name',
      ['John Dashwood bowed. Mrs. John Dashwood did not. John Dashwood left.'],
      ['John Dashwood: John Dashwood', 'Mrs. John Dashwood: Mrs. John Dashwood'],
    ],
    [
      'a middle name',
      ['John H. Watson wrote. Mr. John Watson slept, said Watson.'],
      ['John H. Watson: John H. Watson, Mr. John Watson, Watson'],
    ],
    [
      'who wrote the book',
      ['Emma Vale\n\nby Jane Holt\n\nJane Marlow sang. Jane laughed, said Emma Vale.'],
      expect.arrayContaining(['Jane Marlow: Jane, Jane Marlow']),
    ],
    [
      'a title in two writings',
      ['Doctor Crane came. Dr. Crane left. Crane slept.'],
      [expect.stringMatching(/Crane: Crane, Doctor Crane, Dr\. Crane$/)],
    ],
  ])('%s', (_what, texts, expected) => {
    expect(people(texts).sort()).toEqual(expected);
  });
});
