/** The chunker: what holds for every page, whatever it says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, chunkPage, type PageText } from '../../src-main/core/documents/chunk';

const word = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: fc.constantFrom(...'abcdefgäéſ'), minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom('𝒜', '👩‍🔬', 'e.g.', '3.14', 'Mr.', '|', '青禾县图书馆', 'end.', 'why?', '“Yes!”') },
);
const line = fc.array(word, { minLength: 1, maxLength: 60 }).map((words) => words.join(' '));
const kind = fc.constantFrom<Block['kind']>('text', 'heading', 'table');
const body = fc.array(line, { minLength: 1, maxLength: 30 }).map((lines) => lines.join('\n'));
const path = fc.array(fc.constantFrom('One', 'Two', 'Three'), { maxLength: 3 });

const page: fc.Arbitrary<PageText> = fc
  .tuple(fc.array(fc.tuple(body, kind, path), { maxLength: 8 }), fc.nat(5000), fc.option(fc.integer({ min: 1, max: 999 })))
  .map(([parts, char_start, page]) => {
    let text = '';
    const blocks = parts.map(([body, kind, heading_path]) => {
      const start = text === '' ? 0 : text.length + 2;
      text += text === '' ? body : `\n\n${body}`;
      return { start, end: text.length, kind, heading_path };
    });
    return { text, char_start, page, blocks };
  });

const flat = (text: string) => text.replace(/\s+/g, '');
/** As in the chunker: wide letters cost more of a model's window. */
const MAX_LETTERS = 1_500;

describe('chunkPage', () => {
  it('puts everything but white space into exactly one chunk, in order', () => {
    fc.assert(
      fc.property(page, (page) => {
        const chunks = chunkPage(page, 0);
        expect(flat(chunks.map((chunk) => chunk.text).join(''))).toBe(flat(page.text));
        for (const [at, chunk] of chunks.entries()) expect(chunk.char_start).toBeGreaterThanOrEqual(chunks[at - 1]?.char_end ?? 0);
      }),
    );
  });

  it('gives exact slices, counted in code points', () => {
    fc.assert(
      fc.property(page, (page) => {
        const letters = [...page.text];
        for (const { text, char_start, char_end } of chunkPage(page, 0)) {
          expect(letters.slice(char_start - page.char_start, char_end - page.char_start).join('')).toBe(text);
          expect(text).toBe(text.trim());
          expect(text).not.toMatch(/\p{Surrogate}/u);
        }
      }),
    );
  });

  it('makes no chunk that a model could not take, and none that is empty', () => {
    fc.assert(
      fc.property(page, (page) => {
        for (const { text } of chunkPage(page, 0)) {
          expect(text.length).toBeGreaterThan(0);
          expect(text.length).toBeLessThanOrEqual(MAX_LETTERS + 2);
        }
      }),
    );
  });

  it('never crosses from one heading path to another', () => {
    fc.assert(
      fc.property(page, (page) => {
        for (const { char_start, char_end, heading_path } of chunkPage(page, 0)) {
          const from = [...page.text].slice(0, char_start - page.char_start).join('').length;
          const to = [...page.text].slice(0, char_end - page.char_start).join('').length;
          for (const block of page.blocks.filter(({ start, end }) => start < to && end > from)) {
            expect(block.heading_path).toEqual(heading_path);
          }
        }
      }),
    );
  });

  it('is deterministic, and numbers on from the given ordinal', () => {
    fc.assert(
      fc.property(page, fc.nat(1000), (page, ordinal) => {
        const chunks = chunkPage(page, ordinal);
        expect(chunkPage(structuredClone(page), ordinal)).toEqual(chunks);
        expect(chunks.map((chunk) => chunk.ordinal)).toEqual(chunks.map((_, at) => ordinal + at));
      }),
    );
  });

  it('cuts a long paragraph between sentences and a long table between rows', () => {
    const sentence = 'The quay wall was inspected by divers and found to be sound. ';
    const row = '| Helsinki | 71 days | ice |\n';
    const text = sentence.repeat(60) + row.repeat(120);
    const split = sentence.length * 60;
    const chunks = chunkPage(
      {
        text,
        char_start: 0,
        page: 1,
        blocks: [
          { start: 0, end: split, kind: 'text', heading_path: [] },
          { start: split, end: text.length, kind: 'table', heading_path: ['Table'] },
        ],
      },
      0,
    );
    expect(chunks.length).toBeGreaterThan(4);
    for (const chunk of chunks) expect(chunk.text).toMatch(chunk.heading_path.length === 0 ? /^The quay.*sound\.$/s : /^\| Hel.*ice \|$/s);
  });

  it('cuts a word without end where it must', () => {
    const text = '𝒜'.repeat(4_000);
    const chunks = chunkPage(
      { text, char_start: 7, page: null, blocks: [{ start: 0, end: text.length, kind: 'text', heading_path: [] }] },
      0,
    );
    expect(chunks.map((chunk) => chunk.text).join('')).toBe(text);
    expect(chunks.at(-1)?.char_end).toBe(4_007);
  });
});
