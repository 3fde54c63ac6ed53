/** What pages of the web show beside their words: formulas, ticked boxes, pictures within a line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openPool, readWhole } from './read';

const pool = openPool();
const folder = mkdtempSync(join(tmpdir(), 'web-'));
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

async function contentOf(body: string): Promise<string> {
  const path = join(folder, 'page.html');
  writeFileSync(path, `<!doctype html><html><body>${body}</body></html>`);
  return (await readWhole(pool, path)).result.content;
}

const math = (inner: string) =>
  `<math><semantics><mrow>${inner}</mrow><annotation encoding="application/x-tex">x</annotation></semantics></math>`;
const power = '<msup><mi>c</mi><mn>2</mn></msup>';

it.each([
  [`<mi>E</mi><mo>=</mo><mi>m</mi>${power}`, 'E=mc^2'],
  ['<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>', '(a+b)/2'],
  [`<msqrt><mrow><mi>a</mi><mo>+</mo>${power}</mrow></msqrt>`, '√(a+c^2)'],
  [
    '<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><msub><mi>x</mi><mi>i</mi></msub>',
    '∑_(i=1)^nx_i',
  ],
  [
    '<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable>',
    '1, 2; 3, 4',
  ],
  ['<mover><mi>x</mi><mo>¯</mo></mover>', 'x'],
])('formulas are written as people type them: %s', async (inner, said) => {
  expect(await contentOf(`<p>Thus ${math(inner)} holds.</p><h2>Of ${math(inner)}</h2>`)).toBe(`Thus ${said} holds.\n\nOf ${said}`);
});

it('formulas that are hidden behind a picture of themselves are read', async () => {
  const shown = `<p>Where <span style="display:none">${math(power)}</span><img alt="c squared" src="c.svg"> is light.</p>`;
  expect(await contentOf(shown)).toBe('Where c^2 is light.');
});

it('formulas without end do end', async () => {
  expect(await contentOf(`<p>before ${'<math><mrow>'.repeat(5_000)}<mi>x</mi>`)).toContain('before');
});

it('boxes say whether they are ticked', async () => {
  expect(
    await contentOf(
      '<ul><li><input type="checkbox" checked> by sea</li><li><input type=CHECKBOX> by land</li></ul><p><input type="text" value="x">end</p>',
    ),
  ).toBe('- [x] by sea\n- [ ] by land\n\nend');
});

it('a picture within a line does not break it', async () => {
  expect(await contentOf('<p>The flag <img src="f.png"> of the Petrel</p>')).toBe('The flag of the Petrel');
});
