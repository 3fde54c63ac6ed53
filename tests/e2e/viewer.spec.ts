/** The viewer, kind by kind: a search hit opens the right page with the right words marked. */
import { join } from 'node:path';
import type { Locator, Page } from 'playwright/test';
import { SAMPLES } from '../support/server';
import { expect, test } from './fixtures';
import { addFiles, ask, openWindow, row, waitSearchable } from './journey';
import { makeArchive, makeBook, makeLabelledPdf, makeMail, makeSlides, makeWorkbook } from './make-documents';

const PICTURES = join(SAMPLES, 'pictures');

/** Opens the best hit of a file. */
async function find(page: Page, words: string, filename: string): Promise<void> {
  await page.getByTestId('search-input').fill(words);
  await page.getByTestId('search-hit').filter({ hasText: filename }).filter({ hasText: words }).first().click();
  await expect(page.getByTestId('viewer').getByRole('heading').first()).toHaveText(filename);
  await expect(page.getByTestId('highlight').first()).toBeVisible();
}

test('slides and sheets open at their page, which is named; tables are tables', async ({ page, server }, info) => {
  await openWindow(page, server);
  await addFiles(page, [await makeSlides(info.outputPath('talk.pptx')), makeWorkbook(info.outputPath('harbour.xlsx'))]);
  await waitSearchable(page, 'talk.pptx');
  await waitSearchable(page, 'harbour.xlsx');
  await find(page, 'brass sextant', 'talk.pptx');
  await expect(page.getByTestId('page-number')).toHaveValue('2');
  await expect(page.getByTestId('page-label')).toHaveText('The prizes of the regatta');
  await expect(page.getByTestId('highlight')).toContainText('brass sextant');
  await page.getByTestId('page-before').click();
  await expect(page.getByTestId('page-label')).toHaveText('Opening');
  await expect(page.getByTestId('page-text')).toContainText('begins at noon');
  await expect(page.getByTestId('highlight')).toHaveCount(0);
  await find(page, 'Lighthouse lane', 'harbour.xlsx');
  await expect(page.getByTestId('page-label')).toHaveText('Tenants');
  await expect(page.getByTestId('page-text').getByRole('row')).toHaveCount(4);
  await expect(page.getByTestId('page-text').getByRole('cell', { name: 'Lighthouse lane 17' }).getByTestId('highlight')).toBeVisible();
});

test('a citation of a mail and one of an e-book show the words they rest on', async ({ page, server }, info) => {
  await openWindow(page, server);
  await addFiles(page, [makeMail(info.outputPath('key.eml')), await makeBook(info.outputPath('tales.epub'))]);
  await waitSearchable(page, 'key.eml');
  await waitSearchable(page, 'tales.epub');
  for (const [question, words] of [
    ['Where does the spare key of the boathouse lie?', 'under the third stone'],
    ['What stood higher than the wheelhouse of the ferry?', 'Waves stood higher'],
  ] as const) {
    await ask(page, question);
    await page.getByTestId('answer').last().getByTestId('citation-chip').first().click();
    await expect(page.getByTestId('highlight').first()).toContainText(words);
  }
});

test('recognised words are marked on the picture, at the words', async ({ page, server }) => {
  await openWindow(page, server);
  await addFiles(page, [join(PICTURES, 'english.png')]);
  await waitSearchable(page, 'english.png');
  await find(page, 'schooner Petrel', 'english.png');
  const picture = page.getByTestId('picture').getByRole('img');
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100);
  const ink = await inkBelowMarks(page.getByTestId('picture'), 'img');
  expect(ink.marks).toBeGreaterThan(3);
  expect(ink.withInk).toBe(ink.marks);
});

test('words of a scanned page in a PDF are marked where they stand', async ({ page, server }) => {
  await openWindow(page, server);
  await addFiles(page, [join(SAMPLES, 'scan.pdf')]);
  await waitSearchable(page, 'scan.pdf');
  await find(page, 'by four votes', 'scan.pdf');
  const ink = await inkBelowMarks(page.getByTestId('pdf-page'), 'canvas');
  expect(ink.marks).toBeGreaterThan(1);
  expect(ink.withInk).toBe(ink.marks);
});

test('the pages of a TIFF are shown and turned', async ({ page, server }) => {
  await openWindow(page, server);
  await addFiles(page, [join(PICTURES, 'two-pages.tif')]);
  await waitSearchable(page, 'two-pages.tif');
  await row(page, 'two-pages.tif').getByRole('button').first().click();
  const picture = page.getByTestId('picture').getByRole('img');
  await expect(picture).toHaveAttribute('alt', /page 1/);
  const first = await picture.getAttribute('src');
  await page.getByTestId('page-next').click();
  await expect(picture).toHaveAttribute('alt', /page 2/);
  await expect(picture).not.toHaveAttribute('src', first ?? '');
  expect(await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalHeight))).toBeGreaterThan(100);
});

test('a protected PDF shows its text, and its pages once its password is given again', async ({ page, server }) => {
  await openWindow(page, server);
  await addFiles(page, [join(SAMPLES, 'password.pdf')]);
  await row(page, 'password.pdf').getByTestId('unlock').click();
  await page.getByTestId('unlock-password').fill('open-sesame');
  await page.keyboard.press('Enter');
  await waitSearchable(page, 'password.pdf');
  await row(page, 'password.pdf').getByRole('button').first().click();
  await expect(page.getByTestId('pdf-page')).toHaveAttribute('data-page', '1');
  await page.reload();
  await row(page, 'password.pdf').getByRole('button').first().click();
  await expect(page.getByTestId('page-text')).toBeVisible();
  await page.getByTestId('page-password').getByRole('textbox').fill('wrong');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('page-password').getByRole('alert')).toContainText('not the password');
  await page.getByTestId('page-password').getByRole('textbox').fill('open-sesame');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('pdf-page')).toHaveAttribute('data-page', '1');
});

test('a page is called what people call it: in a PDF, and in an archive by its file', async ({ page, server }, info) => {
  await openWindow(page, server);
  await addFiles(page, [makeLabelledPdf(info.outputPath('labelled.pdf')), await makeArchive(info.outputPath('box.zip'))]);
  await waitSearchable(page, 'labelled.pdf');
  await waitSearchable(page, 'box.zip');
  await find(page, 'every lamp', 'labelled.pdf');
  await expect(page.getByTestId('page-number')).toHaveValue('2');
  await expect(page.getByTestId('page-label')).toHaveText('A-1');
  await page.getByTestId('page-before').click();
  await expect(page.getByTestId('page-label')).toHaveText('i');
  await find(page, 'pier nine squeaks', 'box.zip');
  await expect(page.getByTestId('page-label')).toHaveText('letters/to the harbour master.txt');
  await find(page, 'green', 'box.zip');
  await expect(page.getByTestId('page-label')).toHaveText('lists/lamps.csv');
  await expect(page.getByTestId('page-text').getByRole('cell', { name: 'green' })).toBeVisible();
});

/** How many marks there are, and how many of them have dark pixels of the picture below them. */
function inkBelowMarks(place: Locator, drawn: 'img' | 'canvas'): Promise<{ marks: number; withInk: number }> {
  return place.evaluate((element, name) => {
    const image = element.querySelector(name) as HTMLImageElement | HTMLCanvasElement;
    const canvas = document.createElement('canvas');
    canvas.width = image instanceof HTMLImageElement ? image.naturalWidth : image.width;
    canvas.height = image instanceof HTMLImageElement ? image.naturalHeight : image.height;
    const drawing = canvas.getContext('2d') as CanvasRenderingContext2D;
    drawing.drawImage(image, 0, 0);
    const whole = image.getBoundingClientRect();
    const scale = canvas.width / whole.width;
    const marks = [...element.querySelectorAll('[data-testid="highlight"]')].map((mark) => mark.getBoundingClientRect());
    const hasInk = (box: DOMRect) => {
      const at = [(box.left - whole.left) * scale, (box.top - whole.top) * scale] as const;
      const { data } = drawing.getImageData(...at, box.width * scale, box.height * scale);
      // Small letters of a page that is drawn small are grey; paper is above 230.
      return data.some((value, index) => index % 4 === 0 && value < 160);
    };
    return { marks: marks.length, withInk: marks.filter(hasInk).length };
  }, drawn);
}
