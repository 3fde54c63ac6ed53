/** Sentences: cover the text, and end where a reader would say that they end. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSentences } from '../../src-main/core/documents/sentences';

const texts = (text: string) => splitSentences(text).map((sentence) => sentence.text);
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...' \n.!?|-1aZ("”', '。', '𝒜', '👩‍🔬', '\n\n', 'Dr. ', 'e.g. ', '- '),
    fc.string({ unit: 'grapheme', maxLength: 1 }),
  ),
  maxLength: 200,
});

describe('splitSentences', () => {
  it('covers everything but white space once, in order, with exact slices', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const sentences = splitSentences(text);
        let last = 0;
        for (const { start, end, text: slice } of sentences) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(text.slice(last, start).trim()).toBe('');
          expect(text.slice(start, end)).toBe(slice);
          expect(slice).toBe(slice.trim());
          last = end;
        }
        expect(text.slice(last).trim()).toBe('');
        expect(splitSentences(text)).toEqual(sentences);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['One. Two? Three!', ['One.', 'Two?', 'Three!']],
    ['Dr. Möhlenkamp came, e.g. on Monday. She left.', ['Dr. Möhlenkamp came, e.g. on Monday.', 'She left.']],
    ['It cost £1.28 million. That was less.', ['It cost £1.28 million.', 'That was less.']],
    ['A line that\ngoes on. Next.', ['A line that\ngoes on.', 'Next.']],
    ['Heading\n\nThe text.', ['Heading', 'The text.']],
    ['- one thing\n- another\n1. first\n2. second', ['- one thing', '- another', '1. first', '2. second']],
    ['| a | b |\n| c | d |', ['| a | b |', '| c | d |']],
    ['馆长为沈若溪女士。全年接待读者。', ['馆长为沈若溪女士。', '全年接待读者。']],
    ['هذا متحف. ثمن التذكرة؟', ['هذا متحف.', 'ثمن التذكرة؟']],
    ['z. B. die Flaumeiche. Danach der Ahorn.', ['z. B. die Flaumeiche.', 'Danach der Ahorn.']],
    [' \n ', []],
  ])('%j', (text, expected) => {
    expect(texts(text)).toEqual(expected);
  });
});
