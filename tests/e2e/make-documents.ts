/** Small real files of kinds that are shown as text: a workbook, slides, a mail with an attachment, an e-book, a protected PDF's neighbours. */
import { writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { utils, write } from '@e965/xlsx';
import { ZipFile } from 'yazl';

async function zip(path: string, entries: Record<string, string>): Promise<string> {
  const archive = new ZipFile();
  for (const [name, content] of Object.entries(entries)) archive.addBuffer(Buffer.from(content), name, { compress: name !== 'mimetype' });
  archive.end();
  writeFileSync(path, await buffer(archive.outputStream));
  return path;
}

export function makeWorkbook(path: string): string {
  const book = utils.book_new();
  utils.book_append_sheet(
    book,
    utils.aoa_to_sheet([
      ['Berth', 'Length'],
      ['A-1', 42.5],
    ]),
    'Quay',
  );
  const tenants = [
    ['Name', 'Street', 'Rent'],
    ['Ünal', 'Kai 4', 1_310],
    ['Petersen', 'Lighthouse lane 17', 2_450],
    ['Okafor', 'Pier 9', 980],
  ];
  utils.book_append_sheet(book, utils.aoa_to_sheet(tenants), 'Tenants');
  writeFileSync(path, write(book, { type: 'buffer', bookType: 'xlsx' }));
  return path;
}

const relations = (...targets: [string, string, string][]) =>
  `<Relationships>${targets.map(([id, type, target]) => `<Relationship Id="${id}" Type="http://x/${type}" Target="${target}"/>`).join('')}</Relationships>`;
const shape = (text: string, placeholder: string) =>
  `<p:sp><p:nvSpPr><p:nvPr><p:ph type="${placeholder}"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
const slide = (title: string, text: string) =>
  `<p:sld><p:cSld><p:spTree>${shape(title, 'title')}${shape(text, 'body')}</p:spTree></p:cSld></p:sld>`;

export const makeSlides = (path: string) =>
  zip(path, {
    '[Content_Types].xml':
      '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/></Types>',
    'ppt/presentation.xml':
      '<p:presentation><p:sldIdLst><p:sldId id="1" r:id="r1"/><p:sldId id="2" r:id="r2"/></p:sldIdLst></p:presentation>',
    'ppt/_rels/presentation.xml.rels': relations(['r1', 'slide', 'slides/slide1.xml'], ['r2', 'slide', 'slides/slide2.xml']),
    'ppt/slides/slide1.xml': slide('Opening', 'The regatta begins at noon.'),
    'ppt/slides/slide2.xml': slide('The prizes of the regatta', 'The winner receives a brass sextant made in Bergen.'),
  });

export function makeMail(path: string): string {
  const lines = [
    'From: Ida Holm <ida@example.org>',
    'To: harbour@example.org',
    'Subject: The spare key',
    'Date: Mon, 3 Mar 2025 10:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="xx"',
    '',
    '--xx',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'The spare key of the boathouse lies under the third stone.',
    '--xx',
    'Content-Type: text/csv; name="keys.csv"',
    'Content-Disposition: attachment; filename="keys.csv"',
    '',
    'lock,key',
    'north gate,K-17',
    '--xx--',
    '',
  ];
  writeFileSync(path, lines.join('\r\n'));
  return path;
}

const chapter = (title: string, text: string) =>
  `<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>${title}</h1><p>${text}</p></body></html>`;

export const makeBook = (path: string) =>
  zip(path, {
    mimetype: 'application/epub+zip',
    'META-INF/container.xml':
      '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
    'book.opf':
      '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/><item id="b" href="b.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>',
    'a.xhtml': chapter('Departure', 'The ferry left at dawn.'),
    'b.xhtml': chapter('The Storm', 'Waves stood higher than the wheelhouse of the ferry.'),
  });

/** Two pages that are called "i" and "A-1". */
export function makeLabelledPdf(path: string): string {
  const page = (content: number) =>
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents ${content} 0 R /Resources << /Font << /F 7 0 R >> >> >>`;
  const text = (words: string) => {
    const stream = `BT /F 18 Tf 40 200 Td (${words}) Tj ET`;
    return `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`;
  };
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /PageLabels << /Nums [0 << /S /r >> 1 << /S /D /P (A-) >>] >> >>',
    '<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>',
    page(5),
    page(6),
    text('A preface on quiet harbours.'),
    text('The appendix lists every lamp.'),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, at) => {
    const offset = body.length;
    body += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  writeFileSync(path, `${body}${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`);
  return path;
}

export const makeArchive = (path: string) =>
  zip(path, {
    'letters/to the harbour master.txt': 'The crane at pier nine squeaks.',
    'lists/lamps.csv': 'lamp;state\nred;lit\ngreen;dark\n',
  });
