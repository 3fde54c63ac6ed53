/** Writes a PDF of as many pages as wanted, born digital: headings, paragraphs in Times and a table in Courier on each page (ISO 32000-1). */
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createProse } from './prose.mjs';

const LINES = 40;
const escaped = (text) => text.replace(/[\\()]/g, '\\$&');
const line = (font, size, x, y, text) => `BT /${font} ${size} Tf ${x} ${y} Td (${escaped(text)}) Tj ET`;

function pageText(number, prose) {
  const rows = [line('B', 15, 72, 770, `Section ${number}: ${prose(4)}`)];
  for (let at = 0; at < LINES; at += 1) rows.push(line('T', 11, 72, 740 - at * 14, prose(13)));
  for (let at = 0; at < 8; at += 1)
    rows.push(line('C', 9, 72, 150 - at * 11, `${prose(1).padEnd(24)}${number * 7 + at}    ${number + at * 3}.5`));
  return rows.join('\n');
}

/** About 600 words a page. @returns when the file is written */
export async function writeLongPdf(path, pages) {
  const file = createWriteStream(path);
  const offsets = [];
  let at = 0;
  const write = (text) => {
    file.write(text, 'latin1');
    at += text.length;
  };
  const object = (number, body) => {
    offsets[number] = at;
    write(`${number} 0 obj\n${body}\nendobj\n`);
  };
  const prose = createProse(7);
  write('%PDF-1.4\n');
  object(1, '<< /Type /Catalog /Pages 2 0 R >>');
  object(2, `<< /Type /Pages /Count ${pages} /Kids [${Array.from({ length: pages }, (_, page) => `${6 + page * 2} 0 R`).join(' ')}] >>`);
  for (const [index, name] of ['Times-Roman', 'Helvetica-Bold', 'Courier'].entries())
    object(3 + index, `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`);
  for (let page = 0; page < pages; page += 1) {
    const fonts = '<< /T 3 0 R /B 4 0 R /C 5 0 R >>';
    object(
      6 + page * 2,
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font ${fonts} >> /Contents ${7 + page * 2} 0 R >>`,
    );
    const text = pageText(page + 1, prose);
    object(7 + page * 2, `<< /Length ${text.length} >>\nstream\n${text}\nendstream`);
  }
  const start = at;
  const entry = (offset) => `${String(offset).padStart(10, '0')} 00000 n \n`;
  write(`xref\n0 ${offsets.length}\n0000000000 65535 f \n${offsets.slice(1).map(entry).join('')}`);
  write(`trailer\n<< /Size ${offsets.length} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`);
  file.end();
  await finished(file);
}
