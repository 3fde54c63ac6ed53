/** Every format: each known fact is found on its page, and every offset names exactly the text it should. */
import { afterAll, describe, expect, it } from 'vitest';
import { facts } from '../samples/facts.json';
import { flat, openPool, readWhole, sample } from './read';

const pool = openPool();
afterAll(() => pool.close());

const documents = [...new Set(facts.map((fact) => fact.document))];

describe.each(documents)('%s', (document) => {
  const reading = readWhole(pool, sample(document));

  it('holds each fact on its page and in a chunk of that page', async () => {
    const { pages, chunks } = await reading;
    for (const { phrase, page } of facts.filter((fact) => fact.document === document)) {
      const holders = pages.filter((row) => flat(row.text).includes(flat(phrase)));
      expect(holders, phrase).not.toHaveLength(0);
      if (page !== null) expect(holders.map((row) => row.page)).toContain(page);
      const cited = chunks.filter((chunk) => flat(chunk.text).includes(flat(phrase)));
      expect(cited, phrase).not.toHaveLength(0);
      expect(cited.map((chunk) => chunk.page_from)).toContain(page);
    }
  });

  it('gives offsets that name exactly the text of pages, chunks and words', async () => {
    const { pages, chunks, result } = await reading;
    // Counted here by the language itself, not by the program's own arithmetic.
    const letters = [...result.content];
    const slice = (from: number, to: number) => letters.slice(from, to).join('');
    const wrong = [...pages, ...chunks].filter(({ char_start, char_end, text }) => slice(char_start, char_end) !== text);
    expect(wrong).toEqual([]);
    const words = pages.flatMap((page) => page.words).map(({ char_start, char_end }) => slice(char_start, char_end));
    expect(words.filter((word) => !/^\S+$/u.test(word))).toEqual([]);
  });

  it('numbers pages and chunks without gaps, in order', async () => {
    const { pages, chunks, batches, result } = await reading;
    expect(pages.map((page) => page.page)).toEqual(pages.map((_, at) => at + 1));
    expect(chunks.map((chunk) => chunk.ordinal)).toEqual(chunks.map((_, at) => at));
    expect(batches.at(-1)?.done).toBe(pages.length);
    expect(result.pages).toBe(document.endsWith('.pdf') ? pages.length : null);
  });

  it('puts all of the text into chunks, of a PDF all but running heads and page numbers', async () => {
    const { chunks, pages, result } = await reading;
    if (document.endsWith('.pdf')) {
      for (const page of pages) {
        const chunked = chunks
          .filter((chunk) => chunk.page_from === page.page)
          .map((chunk) => flat(chunk.text))
          .join('');
        expect(flat(page.text)).toContain(chunked);
        expect(flat(page.text).length - chunked.length).toBeLessThan(90);
      }
      return;
    }
    expect(flat(chunks.map((chunk) => chunk.text).join('')) === flat(result.content)).toBe(true);
  });
});

describe('structure', () => {
  it.each([
    ['handbook.md', 'Calloway', ['Handbook of the Ashgrove Observatory', 'Instruments', 'The Calloway refractor']],
    ['page.html', 'Voles', ['Growing saffron in a cold frame', 'Pests']],
    ['contract.docx', 'Beaufort', ['Agreement on the hire of the research vessel Petrel', '4. Use of the vessel']],
    ['annual-report.pdf', 'Ice lasted', ['Review of ports and routes', 'Helsinki, Finland']],
  ])('%s: %s stands under its headings', async (document, words, path) => {
    const { chunks } = await readWhole(pool, sample(document));
    expect(chunks.find((chunk) => chunk.text.includes(words))?.heading_path).toEqual(path);
  });

  it('shows of a web page what a browser shows', async () => {
    const { result } = await readWhole(pool, sample('page.html'));
    expect(result.content).not.toMatch(/tracker|hidden|Nor must|All herbs/);
    expect(result.metadata).toMatchObject({ title: 'Growing saffron in a cold frame', author: 'Oonagh Trevelyan-Moss', language: 'en' });
  });

  it('reads old encodings', async () => {
    expect((await readWhole(pool, sample('letter.txt'))).result.metadata).toEqual({ encoding: 'windows-1252' });
    expect((await readWhole(pool, sample('ja.txt'))).result.metadata).toEqual({ encoding: 'shift_jis' });
  });

  it('gives word boxes that lie on the page', async () => {
    const { pages } = await readWhole(pool, sample('two-columns.pdf'));
    for (const { words, width, height } of pages) {
      expect(words.length).toBeGreaterThan(50);
      for (const word of words) {
        expect(word.x).toBeGreaterThanOrEqual(0);
        expect(word.x + word.width).toBeLessThanOrEqual(width ?? 0);
        expect(word.y + word.height).toBeLessThanOrEqual(height ?? 0);
      }
    }
  });
});

describe('documents that cannot be used', () => {
  it.each([
    ['corrupt.pdf', 'CORRUPT'],
    ['password.pdf', 'PASSWORD_NEEDED'],
  ])('%s ends with %s and what to do', async (document, code) => {
    await expect(readWhole(pool, sample(document))).rejects.toMatchObject({ code, retryable: false, action: expect.stringMatching(/\w/) });
  });
});
