/** Fusion, words and quotes: the pure parts of search. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuse } from '../../src-main/core/search/fuse';
import { bestQuote } from '../../src-main/core/search/quote';
import { contentWords, namesOf, numbersOf, rarity } from '../../src-main/core/search/words';
import { passage } from './passages';

const ids = fc.uniqueArray(fc.constantFrom(...'abcdefghijkl'), { maxLength: 12 });

describe('reciprocal rank fusion', () => {
  it('has every id once, best first', () => {
    fc.assert(
      fc.property(ids, ids, (one, two) => {
        const fused = fuse([
          { ids: one, weight: 1 },
          { ids: two, weight: 1 },
        ]);
        expect(fused.map(({ id }) => id).sort()).toEqual([...new Set([...one, ...two])].sort());
        for (let at = 1; at < fused.length; at += 1) expect(fused[at - 1]?.score).toBeGreaterThanOrEqual(fused[at]?.score ?? 0);
      }),
    );
  });

  it('keeps the order of a single list, and never puts last what leads every list', () => {
    fc.assert(
      fc.property(ids, (list) => {
        expect(fuse([{ ids: list, weight: 0.3 }]).map(({ id }) => id)).toEqual(list);
        const both = fuse([
          { ids: ['first', ...list], weight: 1 },
          { ids: ['first', ...[...list].reverse()], weight: 1 },
        ]);
        expect(both[0]?.id).toBe('first');
      }),
    );
  });

  it('weighs 1/(60 + rank), as the paper does', () => {
    expect(fuse([{ ids: ['a', 'b'], weight: 2 }])).toEqual([
      { id: 'a', score: 2 / 61 },
      { id: 'b', score: 2 / 62 },
    ]);
  });
});

describe('words', () => {
  it.each([
    ['case, accents and endings', 'Économies running', 'economie runs'],
    ['separators of thousands', '1,204 ships', '1204 ship'],
    ['possessives', 'the company’s board', 'companies boards'],
  ])('ignores %s', (_what, one, two) => {
    expect([...contentWords(one)]).toEqual([...contentWords(two)]);
  });

  it('drops words that say nothing, unless there are no others', () => {
    expect([...contentWords('What is the revenue?')]).toEqual([...contentWords('revenue')]);
    expect(contentWords('who is it').size).toBeGreaterThan(0);
  });

  it('cuts Chinese into pairs', () => {
    expect([...contentWords('年度收入')]).toEqual(['年度', '度收', '收入']);
  });

  it.each([
    ['Revenue was £1,742 million, up 9.7%.', ['1742', '9.7']],
    ['227 209 234', ['227', '209', '234']],
    ['as said before [2]', []],
    ['1’234’567 and 2.500.000', ['1234567', '2500000']],
  ])('finds the numbers of "%s"', (text, numbers) => {
    expect([...numbersOf(text)]).toEqual(numbers);
  });

  it('takes capitals inside a sentence for names, not its first word', () => {
    expect(namesOf('The board met Ingrid Halvorsen in Oslo.')).toEqual(new Set(['ingrid', 'halvors', 'oslo']));
  });

  it('weighs rare words more', () => {
    const weight = rarity([new Set(['ship', 'port']), new Set(['ship']), new Set(['ship', 'port'])]);
    expect(weight('whale')).toBeGreaterThan(weight('port'));
    expect(weight('port')).toBeGreaterThan(weight('ship'));
  });
});

describe('quotes', () => {
  it('are exact slices in code points, also behind letters outside the basic plane', () => {
    const { chunk } = passage('𝒜 🚢 begins. The fee is 12 pounds. 𝒵 ends.', { char_start: 100 });
    const mark = bestQuote(chunk, contentWords('what is the fee'), () => 1);
    expect(mark.quote).toBe('The fee is 12 pounds.');
    const content = '_'.repeat(100) + chunk.text;
    expect([...content].slice(mark.char_start, mark.char_end).join('')).toBe(mark.quote);
  });
});
