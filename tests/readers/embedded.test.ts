/** What lies within office documents and books as files of its own: pictures that are all there is, web pages, formulas, charts. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openPool, readWhole, sample } from './read';
import { zip } from './zip';

const pool = openPool();
const folder = mkdtempSync(join(tmpdir(), 'embedded-'));
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

async function read(name: string, entries: Record<string, string | Buffer>) {
  const path = join(folder, name);
  writeFileSync(path, await zip(entries));
  return readWhole(pool, path);
}

const PICTURE = readFileSync(sample('pictures/english.png'));
const SAID: string[] = JSON.parse(readFileSync(sample('pictures/texts.json'), 'utf8')).english;
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const rels = (...targets: [string, string, string][]) =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${targets
    .map(([id, type, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`)
    .join('')}</Relationships>`;
const types = (part: string, type: string) =>
  `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/${part}" ContentType="application/vnd.openxmlformats-officedocument.${type}.main+xml"/></Types>`;
const NAMES =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';

const word = (body: string, relations: [string, string, string][], more: Record<string, string | Buffer>) => ({
  '[Content_Types].xml': types('word/document.xml', 'wordprocessingml.document'),
  '_rels/.rels': rels(['r1', 'officeDocument', 'word/document.xml']),
  'word/_rels/document.xml.rels': rels(...relations),
  'word/document.xml': `<w:document ${NAMES}><w:body>${body}</w:body></w:document>`,
  ...more,
});
const p = (content: string) => `<w:p>${content}</w:p>`;
const blip = (id: string) => `<a:blip r:embed="${id}"/>`;
/** The first words; recognition may differ in signs. */
const FIRST = (SAID[0] ?? '').split(' ').slice(0, 3).join(' ');

describe('pictures that are all there is', () => {
  it('of a Word document are recognised; of one with text they are not', async () => {
    const media = { 'word/media/image1.png': PICTURE };
    const drawn = p(`<w:r><w:drawing>${blip('p1')}</w:drawing></w:r>`);
    const relations: [string, string, string][] = [['p1', 'image', 'media/image1.png']];
    expect((await read('scan.docx', word(drawn, relations, media))).result.content).toContain(FIRST);
    const text = p('<w:r><w:t>A letter that says all that there is to say.</w:t></w:r>');
    expect((await read('letter.docx', word(text + drawn, relations, media))).result.content).not.toContain(FIRST);
  });

  it('of a slide are recognised, below its title', async () => {
    const title =
      '<p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>The plan</a:t></a:r></a:p></p:txBody></p:sp>';
    const picture = (size: number) =>
      `<p:pic><p:blipFill>${blip('p1')}</p:blipFill><p:spPr><a:xfrm><a:ext cx="${size}" cy="${size}"/></a:xfrm></p:spPr></p:pic>`;
    const slide = (...shapes: string[]) => `<p:sld><p:cSld><p:spTree>${shapes.join('')}</p:spTree></p:cSld></p:sld>`;
    const of = rels(['p1', 'image', '../media/image1.png']);
    const { pages, chunks } = await read('pictures.pptx', {
      '[Content_Types].xml': types('ppt/presentation.xml', 'presentationml.presentation'),
      'ppt/presentation.xml':
        '<p:presentation><p:sldIdLst><p:sldId id="1" r:id="r1"/><p:sldId id="2" r:id="r2"/></p:sldIdLst><p:sldSz cx="1000" cy="1000"/></p:presentation>',
      'ppt/_rels/presentation.xml.rels': rels(['r1', 'slide', 'slides/slide1.xml'], ['r2', 'slide', 'slides/slide2.xml']),
      'ppt/slides/slide1.xml': slide(title, picture(900)),
      'ppt/slides/_rels/slide1.xml.rels': of,
      'ppt/slides/slide2.xml': slide(title, picture(100)),
      'ppt/slides/_rels/slide2.xml.rels': of,
      'ppt/media/image1.png': PICTURE,
    });
    expect(pages[0]?.text).toContain(FIRST);
    expect(chunks[0]).toMatchObject({ page_from: 1, heading_path: ['The plan'] });
    expect(pages[1]?.text).toBe('The plan');
  });

  it('of a book and of OpenDocument texts and slides are recognised', async () => {
    const book = await read('book.epub', {
      mimetype: 'application/epub+zip',
      'META-INF/container.xml': '<container><rootfiles><rootfile full-path="b/book.opf"/></rootfiles></container>',
      'b/book.opf': '<package><manifest><item id="c" href="text/c.xhtml"/></manifest><spine><itemref idref="c"/></spine></package>',
      'b/text/c.xhtml': '<html><body><img alt="" src="../images/one%20page.png"/></body></html>',
      'b/images/one page.png': PICTURE,
    });
    expect(book.result.content).toContain(FIRST);
    const image = '<draw:frame><draw:image xlink:href="Pictures/1.png"/></draw:frame>';
    for (const [kind, body] of [
      ['text', `<office:text><text:p>${image}</text:p></office:text>`],
      ['presentation', `<office:presentation><draw:page>${image}</draw:page></office:presentation>`],
    ]) {
      const { result } = await read(`${kind}.odf`, {
        mimetype: `application/vnd.oasis.opendocument.${kind}`,
        'content.xml': `<office:document-content><office:body>${body}</office:body></office:document-content>`,
        'Pictures/1.png': PICTURE,
      });
      expect(result.content, kind).toContain(FIRST);
    }
  });
});

it('whole pages in other formats within a Word document are part of its text', async () => {
  const { chunks, result } = await read(
    'inserted.docx',
    word(`${p('<w:r><w:t>Before.</w:t></w:r>')}<w:altChunk r:id="h"/>`, [['h', 'aFChunk', 'page.html']], {
      'word/page.html': '<html><body><h1>Tariff</h1><p>Two crowns a night.</p></body></html>',
    }),
  );
  expect(result.content).toBe('Before.\n\nTariff\n\nTwo crowns a night.');
  expect(chunks.at(-1)?.heading_path).toEqual(['Tariff']);
});

it('formulas and charts of OpenDocument stand where they are shown', async () => {
  const object = (name: string) => `<text:p>Look: <draw:frame><draw:object xlink:href="./${name}"/></draw:frame></text:p>`;
  const { result } = await read('objects.odt', {
    mimetype: 'application/vnd.oasis.opendocument.text',
    'content.xml': `<office:document-content><office:body><office:text>${object('Object 1')}${object('Object 2')}</office:text></office:body></office:document-content>`,
    'Object 1/content.xml':
      '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></mrow><annotation>E = m c^2</annotation></semantics></math>',
    'Object 2/content.xml':
      '<office:document-content><office:body><office:chart><chart:chart><chart:title><text:p>Ships by year</text:p></chart:title><table:table><table:table-row><table:table-cell><text:p>2025</text:p></table:table-cell><table:table-cell><text:p>311</text:p></table:table-cell></table:table-row></table:table></chart:chart></office:chart></office:body></office:document-content>',
  });
  expect(result.content).toMatch(/^Look:\n\nE=mc\^2\n\nLook:\n\nShips by year\n\n\| 2025 \| 311 \|/);
});

describe('archives', () => {
  it('that something was appended to are read, documents too', async () => {
    const after = Buffer.from('\n<!-- sent by the gateway -->\n');
    const plain = await zip({ 'a.txt': 'The anchor holds.' });
    const path = join(folder, 'appended.zip');
    writeFileSync(path, Buffer.concat([plain, after]));
    expect((await readWhole(pool, path)).result.content).toBe('The anchor holds.');
    const document = join(folder, 'appended.docx');
    writeFileSync(document, Buffer.concat([readFileSync(sample('contract.docx')), after]));
    const { mime_type, result } = await readWhole(pool, document);
    expect(mime_type).toMatch(/wordprocessingml/);
    expect(result.content).toContain('Beaufort');
  });

  it('that are cut off are called what their name says', async () => {
    const path = join(folder, 'cut.docx');
    writeFileSync(path, readFileSync(sample('contract.docx')).subarray(0, 3_000));
    await expect(readWhole(pool, path)).rejects.toMatchObject({ code: 'CORRUPT', message: expect.stringContaining('Word document') });
  });
});

describe('what cannot be read says why', () => {
  it('a presentation without slides', async () => {
    const empty = {
      '[Content_Types].xml': types('ppt/presentation.xml', 'presentationml.presentation'),
      'ppt/presentation.xml': '<p:presentation/>',
    };
    await expect(read('none.pptx', empty)).rejects.toMatchObject({ code: 'NO_TEXT' });
  });

  it('a sheet behind a password', async () => {
    const locked = {
      mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
      'META-INF/manifest.xml':
        '<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>',
      'content.xml': Buffer.from([1, 2, 3]),
    };
    await expect(read('locked.ods', locked)).rejects.toMatchObject({ code: 'ENCRYPTED' });
  });
});
