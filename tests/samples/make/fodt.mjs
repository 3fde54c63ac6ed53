/** Writes a text document as flat ODF and converts it with LibreOffice: what the sample PDF and DOCX files are made with. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const SAMPLES = fileURLToPath(new URL('..', import.meta.url));

const escapeXml = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

export const heading = (level, text, { breakBefore = false } = {}) =>
  `<text:h text:style-name="H${level}${breakBefore ? 'B' : ''}" text:outline-level="${level}">${escapeXml(text)}</text:h>`;
export const paragraph = (text, style = 'Body') => `<text:p text:style-name="${style}">${escapeXml(text)}</text:p>`;
export const list = (items) => items.map((item) => paragraph(`• ${item}`, 'Item')).join('');

/** The first row is the head; all columns but the first are set flush right. */
export function table(rows, name) {
  const cell = (text, column, head) =>
    `<table:table-cell table:style-name="Cell" office:value-type="string">${paragraph(String(text), head ? 'CellHead' : column > 0 ? 'CellRight' : 'CellText')}</table:table-cell>`;
  const row = (cells, head) => `<table:table-row>${cells.map((text, column) => cell(text, column, head)).join('')}</table:table-row>`;
  return `<table:table table:name="${name}"><table:table-column table:number-columns-repeated="${rows[0].length}"/>${rows
    .map((cells, at) => row(cells, at === 0))
    .join('')}</table:table>${paragraph('', 'Body')}`;
}

const style = (name, paragraphProperties, textProperties = '') =>
  `<style:style style:name="${name}" style:family="paragraph"><style:paragraph-properties ${paragraphProperties}/><style:text-properties ${textProperties}/></style:style>`;

function styles({ font, columns, language }) {
  const face = `style:font-name="F" fo:font-family="'${font}'" style:font-family-asian="'${font}'" style:font-family-complex="'${font}'" ${language}`;
  const keep = 'fo:keep-with-next="always"';
  const head = (level, size) =>
    ['', 'B']
      .map((end) =>
        style(
          `H${level}${end}`,
          `fo:margin-top="0.3cm" fo:margin-bottom="0.2cm" ${keep} ${end ? 'fo:break-before="page"' : ''}`,
          `${face} fo:font-size="${size}pt" style:font-size-asian="${size}pt" fo:font-weight="bold"`,
        ),
      )
      .join('');
  const size = columns > 1 ? '9.5pt' : '10.5pt';
  return [
    head(1, 20),
    head(2, 14),
    head(3, 11.5),
    style(
      'Title',
      'fo:text-align="center" fo:margin-top="4cm" fo:margin-bottom="1cm"',
      `${face} fo:font-size="28pt" fo:font-weight="bold"`,
    ),
    style('Body', 'fo:margin-bottom="0.22cm" fo:text-align="justify" fo:line-height="120%"', `${face} fo:font-size="${size}"`),
    style('Item', 'fo:margin-left="0.6cm" fo:margin-bottom="0.1cm"', `${face} fo:font-size="${size}"`),
    style('Small', 'fo:text-align="center"', `${face} fo:font-size="8pt" fo:color="#555555"`),
    style('CellText', '', `${face} fo:font-size="9pt"`),
    style('CellRight', 'fo:text-align="end"', `${face} fo:font-size="9pt"`),
    style('CellHead', '', `${face} fo:font-size="9pt" fo:font-weight="bold"`),
  ].join('');
}

/** Flat ODF of one document. */
export function document({
  title,
  author,
  body,
  header = '',
  font = 'Liberation Serif',
  columns = 1,
  language = 'fo:language="en" fo:country="GB"',
}) {
  const ns = ['office', 'style', 'text', 'table', 'meta']
    .map((n) => `xmlns:${n}="urn:oasis:names:tc:opendocument:xmlns:${n}:1.0"`)
    .join(' ');
  const section = columns > 1 ? `<style:columns fo:column-count="${columns}" fo:column-gap="0.7cm"/>` : '';
  return `<?xml version="1.0" encoding="UTF-8"?>
<office:document ${ns} xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta><dc:title>${escapeXml(title)}</dc:title><meta:initial-creator>${escapeXml(author)}</meta:initial-creator><dc:creator>${escapeXml(author)}</dc:creator></office:meta>
<office:styles>${styles({ font, columns, language })}</office:styles>
<office:automatic-styles>
<style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties fo:padding="0.06cm" fo:border-bottom="0.02cm solid #999999"/></style:style>
<style:page-layout style:name="PL"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin-top="1.8cm" fo:margin-bottom="1.6cm" fo:margin-left="2.2cm" fo:margin-right="2.2cm">${section}</style:page-layout-properties><style:header-style><style:header-footer-properties fo:min-height="0.6cm" fo:margin-bottom="0.4cm"/></style:header-style><style:footer-style><style:header-footer-properties fo:min-height="0.6cm" fo:margin-top="0.4cm"/></style:footer-style></style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="PL">${header ? `<style:header><text:p text:style-name="Small">${escapeXml(header)}</text:p></style:header>` : ''}<style:footer><text:p text:style-name="Small"><text:page-number text:select-page="current"/></text:p></style:footer></style:master-page></office:master-styles>
<office:body><office:text>${body}</office:text></office:body></office:document>`;
}

/** Converts to `name` (its ending says into what) in the samples' folder. */
export function convert(source, name, { from = 'fodt', filter = null, outDir = SAMPLES } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sample-'));
  const [stem, ending] = name.split('.');
  writeFileSync(join(folder, `${stem}.${from}`), source);
  const profile = `-env:UserInstallation=file://${join(tmpdir(), 'samples-office')}`;
  const to = filter ? `${ending}:${filter}` : ending;
  execFileSync('soffice', [profile, '--headless', '--convert-to', to, '--outdir', folder, join(folder, `${stem}.${from}`)], {
    stdio: 'pipe',
  });
  execFileSync('cp', [join(folder, name), join(outDir, `${name}.new`)]);
  renameSync(join(outDir, `${name}.new`), join(outDir, name));
  rmSync(folder, { recursive: true });
}

/** Random numbers that are the same on each run (mulberry32). */
export function dice(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const between = (low, high) => Math.floor(low + next() * (high - low + 1));
  const deck = new Map();
  /** Draws without repeating until all were drawn. */
  const draw = (items) => {
    const left = deck.get(items) ?? [];
    if (left.length === 0) left.push(...items);
    deck.set(items, left);
    return left.splice(Math.floor(next() * left.length), 1)[0];
  };
  return { between, draw };
}
