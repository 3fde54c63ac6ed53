/** Text that runs in any direction on its page is read like text that runs from left to right: wide tables are often turned. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openPool, type ReadPage, readWhole } from './read';

const folder = mkdtempSync(join(tmpdir(), 'direction-'));
const pool = openPool();
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

const LINES = [
  'Quarterly revenue of the northern harbours by kind of cargo',
  'The terminal at Esbjerg moved more containers than in any year before, and the',
  'quay was length-',
  'ened by ninety metres so that two ships can be served at once this summer.',
  'Timber 1,204 1,318 1,441 (-.5)',
  'Grain 872 905 1,010 ill-lit',
];
const WORDS = LINES.join(' ').replace('length- ened', 'lengthened').split(' ');
/** Turns the text by so many degrees to the left, then moves it back onto the page. */
const TURNS: Record<number, string> = { 0: '1 0 0 1 0 0', 90: '0 1 -1 0 595 0', 180: '-1 0 0 -1 595 842', 270: '0 -1 1 0 0 842' };

/** A page of Helvetica whose text is turned by `turn` and which is shown turned to the right by `rotate` (ISO 32000-1). */
function pdf(turn: number, rotate: number): string {
  const top = (turn % 180 === 0 ? 842 : 595) - 80;
  const shown = LINES.map((line, at) => `1 0 0 1 60 ${top - at * 15} Tm (${line.replace(/[()]/g, '\\$&')}) Tj`).join('\n');
  const content = `q ${TURNS[turn]} cm BT /F 11 Tf ${shown} ET Q`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate ${rotate}/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>`,
    `<</Length ${content.length}>>stream\n${content}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let file = '%PDF-1.4\n';
  const at = objects.map((object, index) => {
    const start = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(start).padStart(10, '0')} 00000 n \n`;
  });
  const trailer = `trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n${file.length}\n%%EOF`;
  return `${file}xref\n0 6\n0000000000 65535 f \n${at.join('')}${trailer}`;
}

async function read(turn: number, rotate: number) {
  const path = join(folder, `${turn}-${rotate}.pdf`);
  writeFileSync(path, pdf(turn, rotate), 'latin1');
  return readWhole(pool, path);
}

describe('direction of text', () => {
  it.each([0, 90, 180, 270])('keeps words and figures whole on a page turned by %i degrees whose text is upright', async (turn) => {
    const { result, pages } = await read(turn, turn);
    expect(result.content.split(/\s+/)).toEqual(WORDS);
    const across = (page: ReadPage | undefined) => page?.words.map(({ x, width }) => [x.toFixed(1), width.toFixed(1)]);
    expect(across(pages[0])).toEqual(across((await read(0, 0)).pages[0]));
  });

  it.each([90, 180, 270])('keeps figures whole in text turned by %i degrees on a page that is not', async (turn) => {
    const words = (await read(turn, 0)).result.content.split(/\s+/);
    expect(words).toEqual(expect.arrayContaining(['1,204', '1,318', '1,441', '1,010', 'Esbjerg', 'containers', 'summer.']));
  });
});
