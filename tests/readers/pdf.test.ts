/** What PDFs hold beside plain pages: forms, comments, outlines, labels, fonts that are nowhere, damage. The files are written here. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FONT, page, pdf, shown, stream } from './pdf-file';
import { openPool, readWhole, sample } from './read';

const pool = openPool();
const folder = mkdtempSync(join(tmpdir(), 'pdf-'));
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

function read(name: string, content: string) {
  const path = join(folder, name);
  writeFileSync(path, content, 'latin1');
  return readWhole(pool, path);
}

describe('PDF', () => {
  it('reads values of form fields beside their labels, whether they are drawn or not', async () => {
    const field = (name: string, value: string, y: number, more = '') =>
      `<< /Type /Annot /Subtype /Widget /FT /Tx /T (${name}) /V (${value}) /Rect [160 ${y} 400 ${y + 16}] /DA (/F1 12 Tf 0 g) /F 4 ${more} >>`;
    const drawn =
      '<< /Type /XObject /Subtype /Form /BBox [0 0 240 16] /Resources << /Font << /F1 3 0 R >> >> /Length 47 >>\nstream\nBT /F1 12 Tf 2 4 Td (Ottoline Brandvold) Tj ET \nendstream';
    const { result, pages } = await read(
      'form.pdf',
      pdf([
        '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R 7 0 R] /DR << /Font << /F1 3 0 R >> >> >> >>',
        '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
        FONT,
        page(5, '/Annots [6 0 R 7 0 R]'),
        stream(shown(['Full name:', 'Town of birth:', 'Signed in the presence of a witness.'])),
        field('name', 'Ottoline Brandvold', 716, '/AP << /N 8 0 R >>'),
        field('town', 'Hammerfest', 700),
        drawn,
      ]),
    );
    expect(result.content).toContain('Full name: Ottoline Brandvold');
    expect(result.content).toContain('Hammerfest');
    const town = pages[0]?.words.find(({ char_start, char_end }) => result.content.slice(char_start, char_end) === 'Hammerfest');
    expect(town?.x).toBeGreaterThan(150);
    expect(town?.y).toBeCloseTo(792 - 716, 0);
  });

  it('reads comments with their place', async () => {
    const { result } = await read(
      'comment.pdf',
      pdf([
        '<< /Type /Catalog /Pages 2 0 R >>',
        '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
        FONT,
        page(5, '/Annots [6 0 R]'),
        stream(shown(['The tariff rises by four per cent.'])),
        '<< /Type /Annot /Subtype /Text /Rect [72 700 90 718] /Contents (Ask Ingrid whether this is agreed) >>',
      ]),
    );
    expect(result.content).toBe('The tariff rises by four per cent.\n\nAsk Ingrid whether this is agreed');
  });

  it('takes headings from the outline and page labels from the document', async () => {
    const { chunks, pages } = await read(
      'outline.pdf',
      pdf([
        '<< /Type /Catalog /Pages 2 0 R /Outlines 8 0 R /PageLabels << /Nums [0 << /S /r >> 1 << /S /D /P (A-) >>] >> >>',
        '<< /Type /Pages /Kids [4 0 R 5 0 R] /Count 2 >>',
        FONT,
        page(6),
        page(7),
        stream(shown(['Mooring', 'Ships are made fast with four lines.', 'Tides', 'The water rises twice a day.'])),
        stream(shown(['Spring tides come with the full moon.'])),
        '<< /Type /Outlines /First 9 0 R /Last 9 0 R /Count 3 >>',
        '<< /Title (Harbour) /Parent 8 0 R /Dest [4 0 R /Fit] /First 10 0 R /Last 11 0 R /Count 2 >>',
        '<< /Title (Mooring) /Parent 9 0 R /Next 11 0 R /Dest [4 0 R /Fit] >>',
        '<< /Title (Tides) /Parent 9 0 R /Prev 10 0 R /Dest [4 0 R /Fit] >>',
      ]),
    );
    expect(pages.map(({ label }) => label)).toEqual(['i', 'A-1']);
    expect(chunks.at(-1)).toMatchObject({ page_from: 2, heading_path: ['Harbour', 'Tides'] });
    expect(chunks[0]?.heading_path[0]).toBe('Harbour');
  });

  it('reads Chinese letters whose font is neither embedded nor installed, each with its box', async () => {
    const letters = ['合', '同', '编', '号'].map((letter, at) => {
      return `BT /F1 14 Tf ${72 + at * 14} 700 Td <${letter.charCodeAt(0).toString(16)}> Tj ET`;
    });
    const { result, pages } = await read(
      'chinese.pdf',
      pdf([
        '<< /Type /Catalog /Pages 2 0 R >>',
        '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
        '<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>',
        page(5),
        stream(letters.join('\n')),
        '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /SimSun /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 /FontDescriptor 7 0 R >>',
        '<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 859 /Descent -141 /CapHeight 683 /StemV 80 >>',
      ]),
    );
    expect(result.content).toBe('合同编号');
    expect(pages[0]?.words.map(({ x }) => Math.round(x))).toEqual([72, 86, 100, 114]);
  });

  it('recognises the text of scanned pages, with its place', async () => {
    const { result, pages } = await readWhole(pool, sample('scan.pdf'));
    expect(result.content).toMatch(/Minutes of the closed session[\s\S]*by four votes to five/);
    expect(result.metadata).toMatchObject({ recognised_pages: 1, language: 'en' });
    const first = pages[0]?.words[0];
    expect(first?.x).toBeGreaterThan(20);
    expect(first?.height).toBeLessThan(40);
  });

  it('reads a file whose table of objects is lost', async () => {
    const whole = pdf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
      FONT,
      page(5),
      stream(shown(['Salvaged from a broken disk.'])),
    ]);
    const cut = whole.slice(0, whole.indexOf('xref')) + whole.slice(whole.indexOf('trailer'), whole.indexOf('startxref'));
    const { result } = await read('cut.pdf', cut);
    expect(result.content).toBe('Salvaged from a broken disk.');
  });
});
