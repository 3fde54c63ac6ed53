/** Office documents: workbooks, presentations, OpenDocument, RTF. They are written here as other programs write them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as XLSX from '@e965/xlsx';
import officeCrypto from 'officecrypto-tool';
import { afterAll, describe, expect, it } from 'vitest';
import { inputOf, openPool, readWhole, sample } from './read';
import { zip } from './zip';

const pool = openPool();
const folder = mkdtempSync(join(tmpdir(), 'office-'));
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const read = (name: string, content: string | Buffer) => readWhole(pool, file(name, content));

function workbook(type: XLSX.BookType): Buffer {
  const book = XLSX.utils.book_new();
  const quay = XLSX.utils.aoa_to_sheet([
    ['Berths of the harbour'],
    ['Berth', 'Length', 'Free from'],
    ['A-1', 42.5, { v: 46_000, t: 'n', z: 'yyyy-mm-dd' }],
    ['A-2', { v: 0.125, t: 'n', z: '0.0%' }, ''],
    [],
    ['Total', 2],
  ]);
  XLSX.utils.book_append_sheet(book, quay, 'Quay');
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet([[]]), 'Empty');
  XLSX.utils.book_append_sheet(
    book,
    XLSX.utils.aoa_to_sheet([
      ['Name', 'Straße'],
      ['Ünal', 'Kai 4'],
    ]),
    'Tenants',
  );
  return XLSX.write(book, { type: 'buffer', bookType: type }) as Buffer;
}

describe('workbooks', () => {
  it.each<XLSX.BookType>(['xlsx', 'xlsm', 'xlsb', 'biff8', 'ods'])('%s: each sheet is a page, cells as they are shown', async (type) => {
    const { result, pages, chunks } = await read(`book.${type}`, workbook(type));
    expect(pages.map(({ page, label }) => [page, label])).toEqual([
      [1, 'Quay'],
      [2, 'Empty'],
      [3, 'Tenants'],
    ]);
    expect(pages[0]?.text.split('\n')[0]).toBe('Berths of the harbour');
    // The library writes no formats into OpenDocument.
    expect(result.content).toContain(type === 'ods' ? '| A-1 | 42.5 | 46000 |' : '| A-1 | 42.5 | 2025-12-09 |');
    expect(result.content).toContain(type === 'ods' ? '| A-2 | 0.125 |' : '| A-2 | 12.5% |');
    expect(result.content).toContain('| Ünal | Kai 4 |');
    expect(chunks.at(-1)).toMatchObject({ page_from: 3, heading_path: ['Tenants'] });
    expect(result.pages).toBe(3);
  });

  it('say what stands in boxes and charts drawn on a sheet, and are read as Excel 2 wrote them', async () => {
    const book = XLSX.CFB.read(workbook('xlsx'), { type: 'buffer' });
    const put = (name: string, text: string) => XLSX.CFB.utils.cfb_add(book, `/${name}`, Buffer.from(text));
    put('xl/worksheets/_rels/sheet2.xml.rels', rels(['d', 'drawing', '../drawings/drawing1.xml']));
    const line = (text: string) => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`;
    put('xl/drawings/drawing1.xml', `<xdr:wsDr><xdr:sp><xdr:txBody>${line('Mind the')}${line('step.')}</xdr:txBody></xdr:sp></xdr:wsDr>`);
    put('xl/drawings/_rels/drawing1.xml.rels', rels(['c', 'chart', '../charts/chart1.xml']));
    put('xl/charts/chart1.xml', `<c:chartSpace><c:chart><c:title>${line('Ships by year')}</c:title></c:chart></c:chartSpace>`);
    const { pages } = await read('boxes.xlsx', XLSX.CFB.write(book, { type: 'buffer', fileType: 'zip' }) as Buffer);
    expect(pages[1]?.text).toBe('Mind the\nstep.\n\nShips by year');
    expect((await read('old.xls', workbook('biff2'))).result.content).toContain('Berths of the harbour');
  });

  it.each([
    ['application/vnd.ms-visio.drawing.main+xml', 'board.vsdx'],
    ['application/vnd.ms-package.xps-fixedpage+xml', 'print.xps'],
  ])('of the kind %s are not taken for archives', async (kind, name) => {
    const bytes = await zip({ '[Content_Types].xml': `<Types><Override ContentType="${kind}"/></Types>`, 'x.xml': '<x>noise</x>' });
    expect(await pool.detect(file(name, bytes), name)).toBeNull();
  });

  it('with a single cell at the far end of the sheet cost nothing', async () => {
    const cell = (at: string, text: string) => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
    const rows = `<row r="1">${cell('A1', 'here')}</row><row r="1048576">${cell('XFD1048576', 'there')}</row>`;
    const { result } = await read(
      'wide.xlsx',
      await zip({
        '[Content_Types].xml':
          '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        'xl/workbook.xml':
          '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Wide" sheetId="1" r:id="r1"/></sheets></workbook>',
        'xl/_rels/workbook.xml.rels':
          '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        'xl/worksheets/sheet1.xml': `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><dimension ref="A1:XFD1048576"/><sheetData>${rows}</sheetData></worksheet>`,
      }),
    );
    expect(result.content).toBe('here\n\nthere');
  });

  it('behind a password ask for it, and open with the right one', async () => {
    const path = file('secret.xlsx', officeCrypto.encrypt(workbook('xlsx'), { password: 'løsen' }));
    const kind = (await pool.detect(path, 'secret.xlsx')) ?? '';
    const open = (password: string | null) => pool.read(inputOf(path, kind, password), async () => {}, new AbortController().signal);
    await expect(open(null)).rejects.toMatchObject({ code: 'PASSWORD_NEEDED' });
    await expect(open('losen')).rejects.toMatchObject({ code: 'PASSWORD_WRONG' });
    expect((await open('løsen')).content).toContain('Berths of the harbour');
  });
});

const rels = (...targets: [string, string, string][]) =>
  `<Relationships>${targets.map(([id, type, target]) => `<Relationship Id="${id}" Type="http://x/${type}" Target="${target}"/>`).join('')}</Relationships>`;
const shape = (text: string, placeholder = '') =>
  `<p:sp><p:nvSpPr><p:nvPr>${placeholder && `<p:ph type="${placeholder}"/>`}</p:nvPr></p:nvSpPr><p:txBody>${text
    .split('|')
    .map((line) => `<a:p><a:r><a:t>${line}</a:t></a:r></a:p>`)
    .join('')}</p:txBody></p:sp>`;
const slide = (...shapes: string[]) => `<p:sld><p:cSld><p:spTree>${shapes.join('')}</p:spTree></p:cSld></p:sld>`;

describe('presentations', () => {
  it('give slides in the order of the show, with titles, tables and notes', async () => {
    const table =
      '<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>Year</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>Ships</a:t></a:r></a:p></a:txBody></a:tc></a:tr><a:tr><a:tc><a:txBody><a:p><a:r><a:t>2025</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>311</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>';
    const { pages, chunks, mime_type } = await read(
      'talk.bin',
      await zip({
        '[Content_Types].xml':
          '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/></Types>',
        'ppt/presentation.xml':
          '<p:presentation><p:sldIdLst><p:sldId id="1" r:id="r2"/><p:sldId id="2" r:id="r1"/></p:sldIdLst></p:presentation>',
        'ppt/_rels/presentation.xml.rels': rels(['r1', 'slide', 'slides/slide1.xml'], ['r2', 'slide', 'slides/slide2.xml']),
        'ppt/slides/slide1.xml': slide(
          shape('Second in the show', 'title'),
          `<p:grpSp>${shape('inside a group')}</p:grpSp>`,
          table,
          shape('Quay days', 'ftr'),
        ),
        'ppt/slides/slide2.xml': slide(
          shape('What comes first|and goes on', 'body'),
          shape('Opening', 'ctrTitle'),
          shape('7', 'sldNum'),
          shape('Quay days', 'ftr'),
        ),
        'ppt/slides/_rels/slide2.xml.rels': rels(['n', 'notesSlide', '../notesSlides/notesSlide1.xml']),
        'ppt/notesSlides/notesSlide1.xml': slide(shape('Greet the mayor.', 'body'), shape('For the pilots only', 'hdr')),
      }),
    );
    expect(mime_type).toMatch(/presentationml/);
    expect(pages.map(({ label }) => label)).toEqual(['Opening', 'Second in the show']);
    expect(pages[0]?.text).toBe('Opening\n\nWhat comes first\nand goes on\n\nNotes:\nGreet the mayor.\n\nQuay days\n\nFor the pilots only');
    expect(pages[1]?.text).not.toContain('Quay days');
    expect(pages[1]?.text).toContain('inside a group');
    expect(pages[1]?.text).toContain('| 2025 | 311 |');
    expect(chunks.at(-1)).toMatchObject({ page_from: 2, heading_path: ['Second in the show'] });
  });
});

const ODF = 'xmlns:office="o" xmlns:text="t" xmlns:table="b" xmlns:draw="d"';

describe('OpenDocument', () => {
  it('gives the numbers that it counts, of headings, of clauses, of lists that go on', async () => {
    const level = (at: number, format: string, suffix: string, shown = 1, tag = 'list-level-style-number') =>
      `<text:${tag} text:level="${at}" style:num-format="${format}" style:num-suffix="${suffix}" text:display-levels="${shown}"/>`;
    const item = (content: string, more = '') => `<text:list-item${more}>${content}</text:list-item>`;
    const list = (style: string, content: string, more = '') => `<text:list text:style-name="${style}"${more}>${content}</text:list>`;
    const para = (text: string) => `<text:p>${text}</text:p>`;
    const head = (text: string, at: number) => `<text:h text:outline-level="${at}">${text}</text:h>`;
    const { result, chunks } = await read(
      'numbers.odt',
      await zip({
        mimetype: 'application/vnd.oasis.opendocument.text',
        'styles.xml': `<office:document-styles><office:styles><text:outline-style>${level(1, 'I', '.', 1, 'outline-level-style')}${level(2, '1', '', 2, 'outline-level-style')}</text:outline-style></office:styles></office:document-styles>`,
        'content.xml': `<office:document-content><office:automatic-styles><text:list-style style:name="L">${level(1, '1', '.')}${level(2, 'a', ')')}</text:list-style><text:list-style style:name="B"><text:list-level-style-bullet text:level="1"/></text:list-style></office:automatic-styles><office:body><office:text>
          ${head('Hire', 1)}${head('Payment', 2)}
          ${list('L', item(para('in coin') + list('L', item(para('of gold')) + item(para('of silver')))) + item(para('by cheque')))}
          ${para('Cheques take a week.')}
          ${list('L', item(para('by bill')), ' text:continue-numbering="true"')}
          ${list('B', item(para('rope')))}
          ${list('L', item(head('Return', 2)), '')}
          ${head('Law', 1)}
          </office:text></office:body></office:document-content>`,
      }),
    );
    expect(result.content.split('\n\n')).toEqual([
      'I. Hire',
      'I.1 Payment',
      '1. in coin\n  a) of gold\n  b) of silver\n2. by cheque',
      'Cheques take a week.',
      '3. by bill',
      '- rope',
      '1. Return',
      'II. Law',
    ]);
    expect(chunks.at(-1)?.heading_path).toEqual(['II. Law']);
  });

  it('gives headings, lists, tables, notes and comments of a text', async () => {
    const body = `<text:h text:outline-level="1">Rules</text:h><text:p>Quiet<text:s text:c="2"/>after ten.<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Except on fairs.</text:p></text:note-body></text:note></text:p>
      <text:list><text:list-item><text:p>No fires</text:p><text:list><text:list-item><text:p>nor candles</text:p></text:list-item></text:list></text:list-item></text:list>
      <table:table><table:table-row><table:table-cell><text:p>Day</text:p></table:table-cell><table:table-cell><text:p>Bell</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16000"/></table:table-row>
      <table:table-row><table:table-cell><text:p>Friday</text:p></table:table-cell><table:table-cell><text:p>22:00</text:p></table:table-cell></table:table-row></table:table>
      <text:p><office:annotation><dc:creator>Ida</dc:creator><text:p>Really?</text:p></office:annotation>Signed.</text:p>`;
    const { result, chunks, mime_type } = await read(
      'rules.zip',
      await zip({
        mimetype: 'application/vnd.oasis.opendocument.text',
        'content.xml': `<office:document-content ${ODF}><office:body><office:text>${body}</office:text></office:body></office:document-content>`,
        'meta.xml': '<office:document-meta><office:meta><dc:title>House rules</dc:title></office:meta></office:document-meta>',
      }),
    );
    expect(mime_type).toBe('application/vnd.oasis.opendocument.text');
    expect(result.content).toContain('Quiet  after ten.');
    for (const text of ['Except on fairs.', '- No fires\n  - nor candles', '| Friday | 22:00 |', 'Comment by Ida: Really?', 'Signed.']) {
      expect(result.content).toContain(text);
    }
    expect(chunks[0]?.heading_path).toEqual(['Rules']);
    expect(result.metadata).toMatchObject({ title: 'House rules' });
  });

  it('gives the pages of a presentation', async () => {
    const page = (title: string, text: string) =>
      `<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>${title}</text:p></draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>${text}</text:p></draw:text-box></draw:frame></draw:page>`;
    const { pages } = await read(
      'show.odp',
      await zip({
        mimetype: 'application/vnd.oasis.opendocument.presentation',
        'content.xml': `<office:document-content ${ODF}><office:body><office:presentation>${page('One', 'Sails')}${page('Two', 'Oars')}</office:presentation></office:body></office:document-content>`,
      }),
    );
    expect(pages.map(({ text, label }) => [text, label])).toEqual([
      ['One\n\nSails', 'One'],
      ['Two\n\nOars', 'Two'],
    ]);
  });
});

describe('RTF', () => {
  it('reads letters of any code page, tables, notes and fields, and skips what is not shown', async () => {
    const rtf = String.raw`{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial CYR;}{\f2\fcharset128 MS Mincho;}}
{\stylesheet{\s1\outlinelevel0 heading 1;}}{\info{\title Logbook}{\author A. Lund}}
\pard\s1 The crossing\par\pard Caf\'e9 \u8364? 5 \endash  {\f1\'cf\'f0\'e8\'e2\'e5\'f2} {\f2\'93\'fa\'96\'7b}{\v hidden}\par
{\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt the chart}}{\*\unknown secret}{\footnote Drawn in 1911.}\par
\trowd\intbl Port\cell Hour\cell\row\trowd\intbl Lerwick\cell 06:10\cell\row\pard Done\par}`;
    const { result, chunks, mime_type } = await read('log.txt', rtf.replaceAll('\\\\', '\\'));
    expect(mime_type).toBe('application/rtf');
    expect(result.content).toContain('Café € 5 – Привет 日本');
    for (const text of ['the chart', 'Drawn in 1911.', '| Lerwick | 06:10 |', 'Done']) expect(result.content).toContain(text);
    for (const text of ['hidden', 'HYPERLINK', 'secret', 'Arial']) expect(result.content).not.toContain(text);
    expect(chunks[0]?.heading_path).toEqual(['The crossing']);
    expect(result.metadata).toMatchObject({ title: 'Logbook', author: 'A. Lund' });
  });
});

describe('hostile office files', () => {
  it('whose entities would explode are read without them', async () => {
    const levels = Array.from({ length: 30 }, (_, at) => `<!ENTITY e${at + 1} "&e${at};&e${at};">`).join('');
    const content = `<!DOCTYPE x [<!ENTITY e0 "lol">${levels}]><office:document-content ${ODF}><office:body><office:text><text:p>before &e30; after</text:p></office:text></office:body></office:document-content>`;
    const { result } = await read('laughs.odt', await zip({ mimetype: 'application/vnd.oasis.opendocument.text', 'content.xml': content }));
    expect(result.content).toContain('before');
    expect(result.content.length).toBeLessThan(100);
  });

  it('are told by their content, not by their name', async () => {
    expect((await read('letter.docx', workbook('xlsx'))).mime_type).toMatch(/spreadsheetml/);
    expect((await read('sheet.xlsx', readFileSync(sample('contract.docx')))).mime_type).toMatch(/wordprocessingml/);
  });

  it.each(['xlsx', 'ods'] as const)('that are cut off end with a reason: %s', async (type) => {
    await expect(read(`cut.${type}`, workbook(type).subarray(0, 2_000))).rejects.toMatchObject({
      code: 'CORRUPT',
      action: expect.stringMatching(/\w/),
    });
  });

  it('nested a hundred thousand deep end', async () => {
    const depth = 100_000;
    const deepOdt = `<office:document-content ${ODF}><office:body><office:text>${'<text:section>'.repeat(depth)}<text:p>bottom</text:p>`;
    const odt = await zip({ mimetype: 'application/vnd.oasis.opendocument.text', 'content.xml': deepOdt });
    expect((await read('deep.odt', odt)).result.content).toContain('bottom');
    expect((await read('deep.rtf', `{\\rtf1 ${'{'.repeat(depth)}bottom${'}'.repeat(depth)}}`)).result.content).toContain('bottom');
  });
});
