/** Letters and lines of PDFs that are easily lost: guessed fonts, raised accents, numbers at the edge of a page, forms filled in by programs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Line, lineOf } from '../../src-main/adapters/readers/pdf/characters';
import { isSuspect, isUnreadable, oddness } from '../../src-main/adapters/readers/pdf/trouble';
import { FONT, page, pdf, stream } from './pdf-file';
import { openPool, readWhole } from './read';

const pool = openPool();
const folder = mkdtempSync(join(tmpdir(), 'pdf-letters-'));
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

function read(name: string, objects: string[]) {
  const path = join(folder, name);
  writeFileSync(path, pdf(objects), 'latin1');
  return readWhole(pool, path);
}

const at = (text: string, x: number, y: number) => `BT /F1 12 Tf ${x} ${y} Td (${text}) Tj ET`;
/** Pages of one line list each, below the font as object 3. */
function pagesOf(...contents: string[]): string[] {
  const kids = contents.map((_, index) => `${4 + index * 2} 0 R`).join(' ');
  return [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${contents.length} >>`,
    FONT,
    ...contents.flatMap((content, index) => [page(5 + index * 2), stream(content)]),
  ];
}

describe('lines at the edge of a page', () => {
  it('are text although they end with a number, unless it is that of the page', async () => {
    const { chunks, result } = await read(
      'edge.pdf',
      pagesOf([at('Invoice no. 4711', 72, 770), at('Two ropes and an anchor.', 72, 600), at('Page 1', 300, 20)].join('\n')),
    );
    const said = chunks.map(({ text }) => text).join('\n');
    expect(said).toContain('Invoice no. 4711');
    expect(said).not.toContain('Page 1');
    expect(result.content).toContain('Page 1');
  });

  it('that come on every page stay out of the chunks', async () => {
    const one = (number: number) =>
      [at(`Log of the Petrel ${number + 40}`, 72, 770), at(`Watch number ${'abc'[number]} was quiet.`, 72, 600)].join('\n');
    const { chunks } = await read('running.pdf', pagesOf(one(0), one(1), one(2)));
    expect(chunks.map(({ text }) => text).join('\n')).not.toContain('Log of');
  });

  it('are the text of a page that holds nothing else', async () => {
    const { chunks } = await read('alone.pdf', pagesOf(at('Annex 1', 72, 770)));
    expect(chunks.map(({ text }) => text)).toEqual(['Annex 1']);
  });
});

it('Arabic letters that are drawn as one keep their order, and accents their letter', async () => {
  // Each shape is one code; the second stands for lam and alef, as it does in most fonts.
  const mapped = [
    '<21> <0645>',
    '<22> <06440627>',
    '<23> <0633>',
    '<24> <0644>',
    '<25> <0627>',
    '<26> <064B>',
    '<27> <0636>',
    '<28> <064A>',
    '<29> <0623>',
    '<2A> <062D0628064A0628>',
  ];
  const shapes = mapped.map((_, index) => `/s${index}`);
  const { result } = await read('lam-alef.pdf', [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
    `<< /Type /Font /Subtype /Type3 /FontBBox [0 0 500 700] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 33 /LastChar 42 /Widths [${shapes.map(() => 500).join(' ')}] /CharProcs << ${shapes.map((shape) => `${shape} 6 0 R`).join(' ')} >> /Encoding << /Differences [33 ${shapes.join(' ')}] >> /ToUnicode 7 0 R /Resources << >> >>`,
    page(5),
    // As they are seen from the left: the end of "سلام" first, and that word to the left of the other.
    stream(
      'BT /F1 12 Tf 72 700 Td <212223> Tj ET BT /F1 12 Tf 120 700 Td <2122232425> Tj ET BT /F1 12 Tf 180 700 Td <2527> Tj 6 0 Td <26> Tj 6 0 Td <2829> Tj ET BT /F1 12 Tf 240 700 Td <2A> Tj ET',
    ),
    stream('500 0 0 0 500 700 d1 0 0 400 700 re f'),
    stream(
      `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def 1 begincodespacerange <21> <2A> endcodespacerange ${mapped.length} beginbfchar ${mapped.join(' ')} endbfchar endcmap end end`,
    ),
  ]);
  expect(result.content.split(' ').toSorted()).toEqual(['أيضًا', 'السلام', 'حبيب', 'سلام']);
});

describe('letters that are guessed', () => {
  it('are read in another way', async () => {
    const words = 'Ships leave at dawn from the northern quay';
    const letters = [...new Set(words.replaceAll(' ', ''))];
    // Names that only say the code of the letter, as some programs write them.
    const names = letters.map((letter) => `/c${letter.charCodeAt(0)}`);
    const codes = (word: string) => [...word].map((letter) => (letters.indexOf(letter) + 33).toString(16)).join('');
    const { result, pages } = await read('guessed.pdf', [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
      `<< /Type /Font /Subtype /Type3 /FontBBox [0 0 500 700] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 33 /LastChar ${32 + letters.length} /Widths [${letters.map(() => 500).join(' ')}] /CharProcs << ${names.map((name) => `${name} 6 0 R`).join(' ')} >> /Encoding << /Type /Encoding /Differences [33 ${names.join(' ')}] >> /Resources << >> >>`,
      page(5),
      stream(
        words
          .split(' ')
          .map((word, index) => `BT /F1 12 Tf ${72 + index * 60} 700 Td <${codes(word)}> Tj ET`)
          .join('\n'),
      ),
      stream('500 0 0 0 500 700 d1 0 0 400 700 re f'),
    ]);
    expect(result.content).toBe(words);
    expect(pages[0]?.words.map(({ x }) => Math.round(x))).toEqual([72, 132, 192, 252, 312, 372, 432, 492]);
  });

  const line = (text: string): Line =>
    lineOf(
      text.split(' ').map((word) => ({ text: word, glued: false, start: 0, end: 0, x: 0, y: 0, width: 1, height: 1 })),
      12,
      false,
      false,
    );

  it.each([
    ['The quick brown fox jumps over 13 lazy dogs.', false],
    ['Der Überfall bei Käferhofen gemäß § 4 ist geklärt', false],
    ['Съешь же ещё этих мягких французских булок', false],
    ['β-Carotin und α-Helix sowie 5 µm bei 20 °C stehen hier', false],
    ['한국어 AI기술 문서를 PDF로 저장하는 방법', false],
    ['Zur Dur\u00c8e gehört Allg\u2030u und K\u2030ferhofen', true],
    ['9 R U Q D P H Q 1 D F K', true],
    ['Tides . . . . . . . . . . . . . . . . . . . . 44', false],
    ['1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7 8 9', false],
    ['ଋҨ ဎഁୡࣧҨ ဌʾଋ ဎಱ̽ೌ ৞ਮΝ ੧੅ͱʸ', true],
  ])('%s', (text, suspect) => {
    expect(isSuspect(oddness([line(text)]))).toBe(suspect);
  });

  it('of several scripts within most words cannot be read at all', () => {
    expect(isUnreadable([line('ଋҨ ဎഁୡࣧҨ ဌʾଋ ဎಱ̽ೌ ৞ਮΝ ੧੅ͱʸ')])).toBe(true);
    expect(isUnreadable([line('Die β-Strahlung des 137Cs und die γ-Linie von 60Co')])).toBe(false);
  });
});

describe('forms that programs filled in', () => {
  const field = (value: string, more: string) =>
    `<< /Type /Annot /Subtype /Widget /FT /Tx /T (f) /V (${value}) /Rect [160 700 400 716] /DA (/F1 12 Tf 0 g) /F 4 ${more} >>`;

  it('have their values though their appearance is empty', async () => {
    const { result } = await read('filled.pdf', [
      '<< /Type /Catalog /Pages 2 0 R /AcroForm << /NeedAppearances true /Fields [6 0 R] /DR << /Font << /F1 3 0 R >> >> >> >>',
      '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
      FONT,
      page(5, '/Annots [6 0 R]'),
      stream(at('Name of the hirer', 72, 720)),
      field('Ottoline Brandvold', '/AP << /N 7 0 R >>'),
      '<< /Type /XObject /Subtype /Form /BBox [0 0 240 16] /Length 12 >>\nstream\n/Tx BMC EMC \nendstream',
    ]);
    expect(result.content).toContain('Ottoline Brandvold');
  });
});
