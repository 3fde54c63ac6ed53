/** Text hygiene: what comes out of any file is what a person would type, so that a quote is found where it stands. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { tidy } from '../../src-main/adapters/readers/hygiene';
import { partsOf, type TextBlock } from '../../src-main/adapters/readers/parts';
import { openPool, readWhole, sample } from './read';

const pool = openPool();
const folder = mkdtempSync(join(tmpdir(), 'hygiene-'));
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

const read = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content);
  return readWhole(pool, join(folder, name));
};

describe('tidy', () => {
  it.each([
    ['soft hyphens', 'Donau\u00addampf\u00adschiff', 'Donaudampfschiff'],
    ['zero-width spaces and joiners in words', 'ex\u200bam\u2060ple Auf\u200clage', 'example Auflage'],
    ['marks of byte order', '\ufeffTitle\ufeff', 'Title'],
    ['control characters', 'a\u0000b\u0007c\u009dd\u001fe', 'abcde'],
    ['colours of terminals', '\u001b[1;31mERROR\u001b[0m disk full', 'ERROR disk full'],
    ['letters in two code points', 'Cafe\u0301 A\u030angstro\u0308m', 'Café Ångström'],
    ['ligatures', 'e\ufb03cient \ufb01nal \ufb02ow o\ufb00 \ufb05 \ufb06', 'efficient final flow off st st'],
    ['spaces that do not break', '10\u00a0000\u202fkm\u2007x\u3000y', '10 000 km x y'],
    ['Arabic in the shapes of print', '\ufee3\ufeae\ufea3\ufe92\ufe8e', 'مرحبا'],
    ['line ends of every kind', 'a\r\nb\rc\u2028d\u0085e', 'a\nb\nc\nd\ne'],
  ])('%s', (_, written, typed) => expect(tidy(written)).toBe(typed));

  it.each([
    ['Persian', 'می\u200cخواهم'],
    ['Hindi', 'क्\u200dष र्\u200cक'],
    ['a family of emoji', '👩\u200d👩\u200d👧\u200d👦 ❤\ufe0f\u200d🔥 👩🏽\u200d🚀'],
    ['tabs and line ends', 'a\tb\nc'],
    ['Chinese', '这是一份文件。'],
  ])('leaves %s as it is', (_, text) => expect(tidy(text)).toBe(text));

  it('twice is the same as once, and nothing invisible is left', () => {
    const odd = fc.constantFrom(
      ...'\u00ad\u200b\u200c\u200d\u2060\ufeff\u0000\u001b[0m\u00a0\ufb01\u0301\u0308\u064e\ufe70\ufdfa\ufefb\r\n\u2028😀\ud800a1eक्م가ᄀ'.split(
        '',
      ),
    );
    const text = fc.array(fc.oneof(odd, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 40 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (written) => {
        const once = tidy(written);
        expect(tidy(once)).toBe(once);
        expect(once).toBe(once.normalize('NFC'));
        expect(once).not.toMatch(/\p{Surrogate}/u);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
        expect(once).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u00ad\u200b\u2060\ufeff\ufb00-\ufb06\u2028]/u);
      }),
      { numRuns: 3000 },
    );
  });

  it('keeps every visible letter of texts without odd characters', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abc ÄößñЖяλΩ中文한국ひカعربيहिन्द ,.-–„“’€0123\n\t'.normalize('NFC')) });
    fc.assert(
      fc.property(letters, (text) => {
        expect(tidy(text)).toBe(text.normalize('NFC'));
      }),
    );
  });

  it('blocks of any text name their own tidy text in their part', () => {
    const block = fc.record({
      text: fc.string({ unit: 'binary', maxLength: 200 }),
      kind: fc.constantFrom<TextBlock['kind']>('text', 'heading', 'table'),
      heading_path: fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(block, { maxLength: 20 }), (blocks) => {
        const parts = [...partsOf(blocks)];
        const found = parts.flatMap((part) => part.blocks.map(({ start, end }) => part.text.slice(start, end)));
        expect(found).toEqual(blocks.map(({ text }) => tidy(text).trimEnd()).filter((text) => text.trim() !== ''));
      }),
    );
  });
});

describe('what is typed is found in', () => {
  const written = 'The e\ufb03\u00adcient Cafe\u0301 of Mr\u00a0Smith\u200b\u2019s';
  const typed = 'The efficient Café of Mr Smith’s';

  it.each([
    ['note.txt', written],
    ['note.md', `# ${written}\n\n${written}`],
    [
      'note.html',
      `<!doctype html><meta charset="utf-8"><h1>${written}</h1><p>The e&#xFB03;&shy;cient Cafe&#769; of Mr&nbsp;Smith&ZeroWidthSpace;’s</p>`,
    ],
    ['note.csv', `a,b\n1,${written}\n2,x\n`],
    ['note.json', JSON.stringify({ note: written, other: 'x' })],
    ['note.eml', `From: a@b.c\nTo: d@e.f\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n${written}\n`],
    ['note.rtf', String.raw`{\rtf1\ansi The e\u64259?\-cient Cafe\u769? of Mr\~Smith\u8203?\u8217?s}`],
  ])('%s', async (name, content) => {
    const { result, chunks } = await read(name, content);
    expect(result.content).toContain(typed);
    expect(chunks.some(({ text }) => text.includes(typed))).toBe(true);
    expect(chunks.flatMap(({ heading_path }) => heading_path).join()).not.toMatch(/[\u00ad\ufb03\u00a0]/);
  });

  it('an archive, names of files included', async () => {
    const archive = new ZipFile();
    archive.addBuffer(Buffer.from(written), 'Cafe\u0301.txt');
    archive.end();
    const { result, pages } = await read('box.zip', await buffer(archive.outputStream));
    expect(result.content).toContain(typed);
    expect(pages[0]?.label).toBe('Café.txt');
  });

  it('PDFs: no invisible character is in any word, and each word is where its offsets say', async () => {
    for (const name of ['two-columns.pdf', 'annual-report.pdf']) {
      const { pages, result } = await readWhole(pool, sample(name));
      expect(readFileSync(sample(name)).length).toBeGreaterThan(0);
      expect(tidy(result.content)).toBe(result.content);
      const letters = [...result.content];
      for (const { char_start, char_end } of pages.flatMap(({ words }) => words))
        expect(letters.slice(char_start, char_end).join('')).toMatch(/^\S+$/u);
    }
  });
});
