/** Word documents, written here part by part: what Word shows beyond the words of its paragraphs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { countedAs } from '../../src-main/adapters/readers/number-formats';
import { openPool, readWhole } from './read';
import { zip } from './zip';

const pool = openPool();
const folder = mkdtempSync(join(tmpdir(), 'word-'));
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

const NAMES = [
  ['w', 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'],
  ['m', 'http://schemas.openxmlformats.org/officeDocument/2006/math'],
  ['mc', 'http://schemas.openxmlformats.org/markup-compatibility/2006'],
  ['r', 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'],
  ['wp', 'http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing'],
  ['a', 'http://schemas.openxmlformats.org/drawingml/2006/main'],
  ['c', 'http://schemas.openxmlformats.org/drawingml/2006/chart'],
  ['wps', 'http://schemas.microsoft.com/office/word/2010/wordprocessingShape'],
  ['v', 'urn:schemas-microsoft-com:vml'],
  ['w14', 'http://schemas.microsoft.com/office/word/2010/wordml'],
]
  .map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`)
  .join('');
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const rels = (...targets: [string, string, string][]) =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${targets
    .map(([id, type, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`)
    .join('')}</Relationships>`;

const r = (text: string) => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
const p = (content: string, properties = '') => `<w:p><w:pPr>${properties}</w:pPr>${content}</w:p>`;

interface Parts {
  styles?: string;
  numbering?: string;
  more?: Record<string, string | Buffer>;
  relations?: [string, string, string][];
}

async function word(body: string, { styles = '', numbering = '', more = {}, relations = [] }: Parts = {}) {
  const path = join(folder, `${Math.random()}.docx`);
  const bytes = await zip({
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    '_rels/.rels': rels(['r1', 'officeDocument', 'word/document.xml']),
    'word/_rels/document.xml.rels': rels(['s', 'styles', 'styles.xml'], ['n', 'numbering', 'numbering.xml'], ...relations),
    'word/document.xml': `<w:document${NAMES}><w:body>${body}</w:body></w:document>`,
    'word/styles.xml': `<w:styles${NAMES}>${styles}</w:styles>`,
    'word/numbering.xml': `<w:numbering${NAMES}>${numbering}</w:numbering>`,
    ...more,
  });
  writeFileSync(path, bytes);
  return readWhole(pool, path);
}

const level = (at: number, format: string, text: string, more = '') =>
  `<w:lvl w:ilvl="${at}"><w:start w:val="1"/><w:numFmt w:val="${format}"/>${more}<w:lvlText w:val="${text}"/></w:lvl>`;
const list = (id: number, ...levels: string[]) => `<w:abstractNum w:abstractNumId="${id}">${levels.join('')}</w:abstractNum>`;
const num = (id: number, of: number, more = '') => `<w:num w:numId="${id}"><w:abstractNumId w:val="${of}"/>${more}</w:num>`;
const numbered = (id: number, at: number) => `<w:numPr><w:ilvl w:val="${at}"/><w:numId w:val="${id}"/></w:numPr>`;

describe('numbers that Word counts', () => {
  it('stand before headings and clauses, and go on after other paragraphs', async () => {
    const { result, chunks } = await word(
      [
        p(r('Definitions'), '<w:pStyle w:val="H1"/>'),
        p(r('Vessel means the Petrel.'), numbered(1, 1)),
        p(r('The Petrel flies the flag of Iceland.')),
        p(r('Hirer means the institute.'), numbered(1, 1)),
        p(r('in summer'), numbered(1, 2)),
        p(r('in winter'), numbered(1, 2)),
        p(r('Payment'), '<w:pStyle w:val="H1"/>'),
        p(r('The hire is due on the first.'), numbered(1, 1)),
      ].join(''),
      {
        styles: `<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>`,
        numbering:
          list(
            0,
            level(0, 'upperRoman', 'Article %1', '<w:pStyle w:val="H1"/>'),
            level(1, 'decimal', '%1.%2', '<w:isLgl/>'),
            level(2, 'lowerLetter', '(%3)'),
          ) + num(1, 0),
      },
    );
    expect(result.content.split('\n\n')).toEqual([
      'Article I Definitions',
      '1.1 Vessel means the Petrel.',
      'The Petrel flies the flag of Iceland.',
      '1.2 Hirer means the institute.',
      '(a) in summer',
      '(b) in winter',
      'Article II Payment',
      '2.1 The hire is due on the first.',
    ]);
    expect(chunks.at(-1)?.heading_path).toEqual(['Article II Payment']);
  });

  it('begin anew where a list says so, in the ways of other languages, and bullets stay bullets', async () => {
    const restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>';
    const { result } = await word(
      [
        p(r('甲'), numbered(1, 0)),
        p(r('乙'), numbered(1, 0)),
        p(r('丙'), numbered(2, 0)),
        p(r('丁'), numbered(2, 0)),
        p(r('rope'), numbered(3, 0)),
        p(r('plain'), numbered(0, 0)),
      ].join(''),
      {
        numbering:
          list(0, level(0, 'chineseCountingThousand', '第%1条')) +
          list(1, level(0, 'bullet', '•')) +
          num(1, 0) +
          num(2, 0, restart) +
          num(3, 1),
      },
    );
    expect(result.content.split('\n\n')).toEqual(['第一条 甲', '第二条 乙', '第七条 丙', '第八条 丁', '- rope', 'plain']);
  });
});

it.each([
  [1994, 'upperRoman', 'MCMXCIV'],
  [0, 'lowerRoman', '0'],
  [26, 'lowerLetter', 'z'],
  [28, 'upperLetter', 'BB'],
  [7, 'decimalZero', '07'],
  [22, 'ordinal', '22nd'],
  [112, 'ordinal', '112th'],
  [12, 'chineseCounting', '十二'],
  [305, 'japaneseCounting', '三百〇五'],
  [3, 'decimalEnclosedCircle', '③'],
  [5, 'bahtText', '5'],
])('%d is written in the way "%s" as %s', (value, format, written) => {
  expect(countedAs(value, format)).toBe(written);
});

describe('what lies around and above words', () => {
  it('fields, directions, readings of Chinese letters, large first letters', async () => {
    const { result } = await word(
      [
        p(`${r('Dear ')}<w:fldSimple w:instr="MERGEFIELD name">${r('Ms Brandvold')}</w:fldSimple>${r(', welcome.')}`),
        p(`<w:dir w:val="rtl">${r('مرحبا بكم')}</w:dir>`),
        p(
          `${r('船は')}<w:r><w:ruby><w:rubyPr/><w:rt>${r('とうきょう')}</w:rt><w:rubyBase>${r('東京')}</w:rubyBase></w:ruby></w:r>${r('を出た。')}`,
        ),
        p(r('O'), '<w:framePr w:dropCap="drop"/>'),
        p(r('nce the tide turned')),
        p(`<w:r><w:t>first</w:t><w:cr/><w:t>second</w:t><w:ptab/><w:t>third</w:t></w:r>`),
      ].join(''),
    );
    expect(result.content).toBe(
      'Dear Ms Brandvold, welcome.\n\nمرحبا بكم\n\n船は東京を出た。\n\nOnce the tide turned\n\nfirst\nsecond third',
    );
  });

  it('formulas as people type them', async () => {
    const t = (text: string) => `<m:r><m:t>${text}</m:t></m:r>`;
    const e = (inner: string) => `<m:e>${inner}</m:e>`;
    const power = `<m:sSup>${e(t('b'))}<m:sup>${t('2')}</m:sup></m:sSup>`;
    const root = `<m:rad><m:radPr><m:degHide/></m:radPr><m:deg/>${e(`${power}${t('-4ac')}`)}</m:rad>`;
    const sum = `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${t('i=1')}</m:sub><m:sup>${t('n')}</m:sup>${e(`<m:sSub>${e(t('x'))}<m:sub>${t('i')}</m:sub></m:sSub>`)}</m:nary>`;
    const { result } = await word(
      p(
        `${r('With ')}<m:oMath><m:f><m:num>${t('-b±')}${root}</m:num><m:den>${t('2a')}</m:den></m:f></m:oMath>${r(' and ')}<m:oMath>${sum}</m:oMath>${r('.')}`,
      ),
    );
    expect(result.content).toBe('With (-b±√(b^2-4ac))/(2a) and ∑_(i=1)^n x_i.');
  });

  it('ticked and empty boxes', async () => {
    const box = (on: number) =>
      `<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="${on}"/></w14:checkbox></w:sdtPr><w:sdtContent>${r(on ? '☒' : '☐')}</w:sdtContent></w:sdt>`;
    const { result } = await word(p(`${box(1)}${r(' by sea')}`) + p(`${box(0)}${r(' by land')}`));
    expect(result.content).toBe('[x] by sea\n\n[ ] by land');
  });
});

describe('drawings', () => {
  const boxOf = (text: string) =>
    `<w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp><wps:txbx><w:txbxContent>${p(r(text))}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>`;

  it('say what is written in them, once, in the text and in headers', async () => {
    const old = `<w:pict><v:shape><v:textbox><w:txbxContent>${p(r('Mind the step'))}</w:txbxContent></v:textbox></v:shape></w:pict>`;
    const both = `<mc:AlternateContent><mc:Choice Requires="wps">${boxOf('Mind the step')}</mc:Choice><mc:Fallback>${old}</mc:Fallback></mc:AlternateContent>`;
    const { result } = await word(
      p(`${r('A stair.')}<w:r>${both}</w:r>`) +
        p(`${r('A ladder.')}<w:r>${boxOf('One at a time')}</w:r>`) +
        p(`<w:r><w:pict><v:oval><v:textbox><w:txbxContent>${p(r('Exit'))}</w:txbxContent></v:textbox></v:oval></w:pict></w:r>`),
      {
        relations: [['h', 'header', 'header1.xml']],
        more: { 'word/header1.xml': `<w:hdr${NAMES}>${p(`${r('Harbour office')}<w:r>${both}</w:r>`)}</w:hdr>` },
      },
    );
    expect(result.content).toBe('A stair.\n\nMind the step\n\nA ladder.\n\nOne at a time\n\nExit\n\nHarbour office\nMind the step');
  });

  it('give the figures of charts', async () => {
    const values = (tag: string, ...all: string[]) =>
      `<c:${tag}><c:cache>${all.map((value) => `<c:pt><c:v>${value}</c:v></c:pt>`).join('')}</c:cache></c:${tag}>`;
    const { result } = await word(
      p(
        `<w:r><w:drawing><wp:inline><a:graphic><a:graphicData><c:chart r:id="c1"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`,
      ),
      {
        relations: [['c1', 'chart', 'charts/chart1.xml']],
        more: {
          'word/charts/chart1.xml': `<c:chartSpace${NAMES}><a:p><a:r><a:t>Ships by year</a:t></a:r></a:p><c:ser>${values('tx', 'Ships')}${values('cat', '2024', '2025')}${values('val', '300', '311.1')}</c:ser></c:chartSpace>`,
        },
      },
    );
    expect(result.content).toBe('Ships by year\n\nShips: 2024 300, 2025 311.1');
  });
});
