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

describe('people of one family', () => {
  it.each([
    [
      'a wife who is called by her husband’s first name',
      'Joe Carver hummed. "Well, Joe," said Mrs. Joe. Joe laughed. Joe Carver sat with Mrs. Joe. Then Joe left.',
      ['Joe Carver: Joe, Joe Carver', 'Mrs. Joe: Mrs. Joe'],
    ],
    [
      'a mother and a daughter who is hardly named',
      `Laura Spencer ran. ${'Mrs. Spencer sighed. '.repeat(12)}`,
      ['Laura Spencer: Laura Spencer', 'Mrs. Spencer: Mrs. Spencer'],
    ],
    [
      'a mother and two daughters',
      'Annie Moffat sang and Annie danced with Mary Moffat. Mrs. Moffat knew it, and Annie knew it, and Mrs. Moffat went.',
      ['Annie Moffat: Annie, Annie Moffat', 'Mary Moffat: Mary Moffat', 'Mrs. Moffat: Mrs. Moffat'],
    ],
    [
      'a sister who is a Miss',
      'Miss Isabella came. Isabella Holt met Mrs. Holt. Isabella said nothing to Mrs. Holt.',
      ['Isabella Holt: Isabella, Isabella Holt, Miss Isabella', 'Mrs. Holt: Mrs. Holt'],
    ],
    [
      'a colonel and his daughter',
      'Miss Ruby Adams wept. Ruby saw Colonel Adams. Colonel Adams was angry, and Miss Adams knew it.',
      ['Colonel Adams: Colonel Adams', 'Miss Ruby Adams: Miss Adams, Miss Ruby Adams, Ruby'],
    ],
    [
      'a lord and a lady',
      'Macvey slept. Lady Macvey woke. "Macvey!" cried Lady Macvey. Macvey sighed. "Come, Macvey," said Banter.',
      expect.arrayContaining(['Lady Macvey: Lady Macvey', 'Macvey: Macvey']),
    ],
    [
      'a couple, where the first name tells no dictionary who it is',
      'Master Linwell coughed. Linwell Heath died. Mrs. Linwell Heath wept for Linwell Heath.',
      expect.arrayContaining(['Mrs. Linwell Heath: Mrs. Linwell Heath']),
    ],
    [
      'a wife of the patronymic and a man of the family',
      'Marfa Petrovna Zvidin hit Mr. Zvidin. Arkady Ivanovitch Zvidin smiled. Zvidin said so to Marfa Petrovna, and Zvidin left.',
      [
        'Arkady Ivanovitch Zvidin: Arkady Ivanovitch Zvidin, Mr. Zvidin, Zvidin',
        'Marfa Petrovna Zvidin: Marfa Petrovna, Marfa Petrovna Zvidin',
      ],
    ],
  ])('%s', (_what, text, expected) => {
    expect(people([text]).sort()).toEqual(expected);
  });
});

describe('a father and his child', () => {
  it.each([
    [
      'a man by the family’s name, a woman by her first one',
      `Eliza Dolittel ran. ${'Eliza sang. "No," said Eliza. '.repeat(4)}Alfred Dolittel came. "Yes," said Dolittel. Dolittel left. "Liza!" cried Liza Dolittel.`,
      [
        'Alfred Dolittel: Alfred Dolittel, Dolittel',
        expect.stringMatching(/^(?:Eliza|Liza) Dolittel: Eliza, Eliza Dolittel, Liza, Liza Dolittel$/),
      ],
    ],
    [
      'a man who is always called in full, and another of the name with a wife',
      `${'Then Mr. Frank Charlton bowed. '.repeat(4)}Mr. Charlton was old. Mrs. Charlton was ill, and Mr. Charlton knew it.`,
      ['Mr. Charlton: Mr. Charlton', 'Mr. Frank Charlton: Mr. Frank Charlton', 'Mrs. Charlton: Mrs. Charlton'],
    ],
  ])('are %s', (_what, text, expected) => {
    expect(people([text]).sort()).toEqual(expected);
  });
});

describe('one person', () => {
  it.each([
    [
      'by one patronymic in two forms',
      'Arkady Nikolaitch Kirsan rose. Arkady Nikolaevitch sat. Arkady laughed.',
      [expect.stringMatching(/: Arkady, Arkady Nikolaevitch, Arkady Nikolaitch Kirsan$/)],
    ],
    [
      'by a heading that goes on behind the name',
      'CHAPTER I\n\nLord Steyning Shows Himself\n\nThen Lord Steyning came. "No," said Lord Steyning.',
      ['Lord Steyning: Lord Steyning, Lord Steyning Shows Himself'],
    ],
    [
      'by the name, the patronymic and the pet name',
      'Rodion Romanovitch Orlov slept. Rodion woke. "Rodya," said Orlov’s mother. Rodion Romanovitch went out. Rodya wrote to Orlov.',
      ['Rodion Romanovitch Orlov: Orlov, Rodion, Rodion Romanovitch, Rodion Romanovitch Orlov, Rodya'],
    ],
    [
      'by a name that is a month, too',
      'Mrs. March knitted. Jo March read, and Jo laughed at Mr. March in March.',
      ['Jo March: Jo, Jo March', 'Mr. March: Mr. March', 'Mrs. March: Mrs. March'],
    ],
    [
      'by a name that begins with a small letter',
      'Then d’Artois bowed. "No," said M. d’Artois to Madame Lenoir, "I am late." D’Artois laughed. M. Dubois knew Monsieur Dubois.',
      ['M. Dubois: M. Dubois, Monsieur Dubois', 'M. d’Artois: D’Artois, M. d’Artois, d’Artois', 'Madame Lenoir: Madame Lenoir'],
    ],
    [
      'by “Mr.” and the first name, where that is how he is called',
      'Edgar Lorne smiled. Mr. Edgar rose. Edgar was ill; Edgar wrote, said Edgar.',
      ['Edgar Lorne: Edgar, Edgar Lorne, Mr. Edgar'],
    ],
    [
      'by his title and his family, however seldom in full',
      `They say M. Hercule Flambard stole it, Madame Lenoir. ${'Then came Flambard. “No,” said Flambard. '.repeat(10)}`,
      [expect.stringMatching(/: Flambard, M\. Hercule Flambard$/), 'Madame Lenoir: Madame Lenoir'],
    ],
    [
      'behind a place at a comma’s place',
      `${'In Borodin it rained on Napoleon. '.repeat(20)}At Borodin Napoleon slept.`,
      ['Napoleon: Napoleon'],
    ],
  ])('%s', (_what, text, expected) => {
    expect(people([text]).sort()).toEqual(expected);
  });

  it('of a play is who stands alone on lines, in any spelling', () => {
    const lines = ['KING CLAUDIO', 'HORAZIO', 'LAERTO'].flatMap((who) => [
      `${who}.\nWhat say you to that, my friend?`,
      `${who}.\nNot a mouse was stirring there.`,
      `${who}.\nGood night, and give the word to Horazio.`,
    ]);
    const found = people([`SCENE I. Elsinore.\n\n${lines.join('\n\n')}\n\n[Exeunt HORAZIO and LAERTO]`]);
    expect(found.map((one) => one.split(':')[0]).sort()).toEqual(['Horazio', 'King Claudio', 'Laerto']);
  });

  it('is no heading that stands on every page', () => {
    const pages = Array.from({ length: 6 }, (_, at) => `ANNUAL REPORT\n\nThe report of the year ${at} is annual.`);
    expect(people(pages)).toEqual([]);
  });

  it('may be an animal that speaks', () => {
    const text = `${'“Never,” said the Mole. The Mole nodded. '.repeat(4)}The Panel met. The Panel decided. The Panel closed.`;
    expect(people([text])).toEqual(['Mole: Mole']);
  });
});

describe('nobody', () => {
  it.each([
    [
      'terms behind a rank',
      `General Information about it: the information is general, and more information, information too. See General Information.`,
    ],
    ['an island of a prince', 'They went to Prince Edward Island. Prince Edward Island is green.'],
    ['a form of address', `${'His Majesty spoke. Then your Eminence wrote. The Musketeers who came said so. '.repeat(4)}`],
    ['the name of a field', 'Ticket: one\nTicket: two said so\nTicket: three\n'],
  ])('%s', (_what, text) => {
    expect(people([text])).toEqual([]);
  });

  it('is a place, whatever a dictionary of first names says', () => {
    expect(people([`${'They lived in Virginia. '.repeat(5)}Virginia was hot.`])).toEqual([]);
  });

  it('is two people in one row', () => {
    expect(
      people(['They told Gwendolen Lady Bracknell had come. Lady Bracknell saw Gwendolen.'])
        .map((one) => one.split(':')[0])
        .sort(),
    ).toEqual(['Gwendolen', 'Lady Bracknell']);
  });
});
