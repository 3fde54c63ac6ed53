/** Instant extraction: what rules and the lexicon find in texts of many kinds, and that any text is survived. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLexicon } from '../../src-main/adapters/graph/lexicon';
import { KnownNames } from '../../src-main/core/graph/extract/known-names';
import { keyOf, possibleKeys } from '../../src-main/core/graph/extract/names';
import { readChunks } from '../../src-main/core/graph/extract/read-chunks';

const lexicon = createLexicon();

/** Chunks one behind the other, as a document has them. */
function read(...texts: string[]) {
  let at = 0;
  const chunks = texts.map((text, index) => {
    const chunk = { chunk_id: `c${index}`, text, char_start: at };
    at += [...text].length;
    return chunk;
  });
  return readChunks(chunks, new KnownNames(lexicon.gender), lexicon);
}

const found = (...texts: string[]): string[] =>
  read(...texts).flatMap(({ entities }) => entities.map(({ type, name, mentions }) => `${type} ${name} ${mentions.length}`));

const related = (text: string): string[] =>
  read(text).flatMap(({ entities, relations }) =>
    relations.map(({ source, target, type }) => `${entities[source]?.name} ${type} ${entities[target]?.name}`),
  );

describe('names', () => {
  it('of people: with titles, in full, then by one word', () => {
    const people = found('Mrs. Eleanor Vance and Dr. Idris Kane met in Dublin. Later Kane wrote to Eleanor Vance, and Vance replied.');
    expect(people).toEqual(['person Eleanor Vance 3', 'person Dr. Idris Kane 2', 'place Dublin 1']);
  });

  it('stay two where one family name is shared', () => {
    const people = found('Tom Harding met Lucy Harding in Paris. Harding said nothing.').filter((one) => one.startsWith('person'));
    expect(people).toEqual(expect.arrayContaining(['person Tom Harding 1', 'person Lucy Harding 1']));
  });

  it('of organisations and places, by their words and by what stands around', () => {
    expect(found('Voss Robotics GmbH works with the University of Tartu near Lake Peipus. She lives in Ardenfell.')).toEqual(
      expect.arrayContaining([
        'organisation Voss Robotics GmbH 1',
        'organisation University of Tartu 1',
        'place Lake Peipus 1',
        'place Ardenfell 1',
      ]),
    );
  });

  it('of companies, with legal forms that have stops', () => {
    expect(found('The shares of Castellane Logistics S.A. were sold to Boreas Trading B.V. in May.')).toEqual(
      expect.arrayContaining(['organisation Castellane Logistics S.A 1', 'organisation Boreas Trading B.V 1']),
    );
  });

  it('of people who write mails, and of people by their trade', () => {
    const people = found(
      'From: Priyamvada Ramanuj <p@north.example>\n\nAsk the economist Kanezo Muraoka, or Irmwald Toq, a lawyer. It was read by all but J. Eldon Dorvan.',
    );
    expect(people.filter((one) => one.startsWith('person')).sort()).toEqual([
      'person Irmwald Toq 1',
      'person J. Eldon Dorvan 1',
      'person Kanezo Muraoka 1',
      'person Priyamvada Ramanuj 1',
    ]);
  });

  it('of people are found behind what they are', () => {
    const people = found('Kenyan Steve Harmon met Treasury Secretary Robert Rubin and Prime Minister Anna Berg.').filter((one) =>
      one.startsWith('person'),
    );
    expect(people).toEqual(['person Steve Harmon 1', 'person Secretary Robert Rubin 1', 'person Minister Anna Berg 1']);
  });

  it('of papers and offices are no people, whatever stands before', () => {
    const text = 'The Master Services Agreement and the General Terms hold. Their General Counsel read the Master Services Agreement.';
    expect(found(text).filter((one) => one.startsWith('person'))).toEqual([]);
  });

  it.each([
    [
      'words that begin sentences',
      'However, it rained. Perhaps they left. Figures show it. Nothing else. Running costs rose. Walking helps.',
    ],
    ['a text in small letters', 'the people met at the river and went home before the evening came.'],
    ['a heading in capitals', 'TERMS AND CONDITIONS OF THE AGREEMENT BETWEEN THE PARTIES'],
    [
      'German nouns',
      'Die Katze sitzt auf dem Dach und der Hund schläft im Garten, während die Kinder mit dem Ball auf der Wiese spielen und die Eltern das Essen in der Küche machen.',
    ],
  ])('are not made of %s', (_what, text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('forms of their own', () => {
  it.each([
    ['3 May 1842', 'date'],
    ['March 14, 2024', 'date'],
    ['2024-04-30', 'date'],
    ['€1,250.50', 'money'],
    ['2.4 million pounds', 'money'],
    ['info@example.org', 'identifier'],
    ['ISO 27001', 'identifier'],
    ['RFC 9110', 'identifier'],
  ])('%s is a %s', (text, type) => {
    expect(found(`It says ${text} there.`)).toContain(`${type} ${text} 1`);
  });

  it('of one meaning are one entity', () => {
    expect(found('On 3 May 1842 it began; May 3, 1842 is in the book.')).toEqual(['date 3 May 1842 2']);
    expect(found('It costs $1,200. Others pay 1200 dollars.')).toEqual(['money $1,200 2']);
  });

  it('of terms that the text defines are found again', () => {
    expect(found('Alder Ltd (the "Lender") and Birch Ltd (the "Borrower"). The Lender pays. The Borrower thanks the Lender.')).toEqual(
      expect.arrayContaining(['term Lender 3', 'term Borrower 2']),
    );
  });
});

describe('relations', () => {
  it.each([
    ['Anna Berg founded Nordlicht GmbH.', 'Anna Berg founded Nordlicht GmbH'],
    ['Nordlicht GmbH was founded in 1998 by Anna Berg.', 'Anna Berg founded Nordlicht GmbH'],
    ['Paul Adler is the managing director of Nordlicht GmbH.', 'Paul Adler leads Nordlicht GmbH'],
    ['Paul Adler works for Nordlicht GmbH.', 'Paul Adler works_for Nordlicht GmbH'],
    ['Nordlicht GmbH acquired Sirius Ltd.', 'Nordlicht GmbH acquired Sirius Ltd'],
    ['Paul Adler married Anna Berg.', 'Paul Adler married_to Anna Berg'],
    ['Anna Berg was born in Hamburg.', 'Anna Berg born_in Hamburg'],
    ['Nordlicht GmbH is based in Hamburg.', 'Nordlicht GmbH located_in Hamburg'],
    ['Paul Adler saw Anna Berg.', 'Paul Adler mentioned_with Anna Berg'],
  ])('%s', (text, expected) => {
    expect(related(text)).toContain(expected);
  });

  it.each(['I saw Paris, Berlin, Rome.', 'France, Poland sign.', 'He was in Egypt, Italy, and Spain.', 'Poland, Austria’s friend, won.'])(
    'of places are none in a list: %s',
    (text) => {
      expect(related(text).filter((one) => one.includes('located_in'))).toEqual([]);
    },
  );

  it('stay within a sentence', () => {
    expect(related('Paul Adler slept. Anna Berg was in Hamburg.').filter((one) => one.includes('Paul'))).toEqual([]);
  });
});

describe('any text', () => {
  const fragment = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom(
      'Mr. ',
      'Ada Byron ',
      'in London',
      '“X”',
      'means ',
      '$1,',
      '\n\n',
      '1.',
      'of the ',
      'GmbH',
      '’s ',
      '😀',
      '🇩🇪',
      '(the "',
      '")',
    ),
  );
  const text = fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join(''));

  it('gives places that are within it, the same every time', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (texts) => {
        const graphs = read(...texts);
        expect(read(...texts)).toEqual(graphs);
        const whole = [...texts.join('')];
        let start = 0;
        for (const [index, { entities, relations }] of graphs.entries()) {
          const end = start + [...(texts[index] ?? '')].length;
          for (const { key, name, mentions } of entities) {
            expect(key).not.toBe('');
            for (const place of mentions) {
              expect(place.char_start).toBeGreaterThanOrEqual(start);
              expect(place.char_end).toBeLessThanOrEqual(end);
              expect(place.char_end).toBeGreaterThan(place.char_start);
              expect(whole.slice(place.char_start, place.char_end).join('').trim()).not.toBe('');
            }
            expect(name.trim()).not.toBe('');
          }
          for (const { source, target } of relations) {
            expect(entities[source]).toBeDefined();
            expect(entities[target]).toBeDefined();
            expect(source).not.toBe(target);
          }
          start = end;
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is read in time that grows with its length', () => {
    for (const part of ['Ab ', 'A. ', '"', 'of the ', '1,', '(the "', 'a@', "Ab's "])
      expect(found(part.repeat(4_000)).length).toBeLessThan(4_000);
  }, 20_000);
});

describe('very many people', () => {
  it('are told apart in time that a directory takes', () => {
    const letters = (at: number) => [...String(at)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
    const names = Array.from({ length: 1_500 }, (_, at) => `Mr. Jon Q${letters(at)} saw Anna W${letters(at)}. Q${letters(at)} left.`);
    expect(found(...names).length).toBeGreaterThanOrEqual(3_000);
  }, 30_000);
});

describe('keys', () => {
  it('are equal for the writings of one name', () => {
    expect(keyOf('The ACME Corp.')).toBe(keyOf('Acme Corp'));
    expect(keyOf('Dr. Müller')).toBe(keyOf('Muller'));
    expect(possibleKeys('Who founded the Acme Corp?')).toContain(keyOf('the Acme Corp.'));
  });
});
