/** Adding files in the window: many at once, of any kind, and what is said of those that cannot be taken in. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SAMPLES } from '../support/server';
import { expect, test } from './fixtures';
import { addFiles, createProject, drop, openWindow, row, waitSearchable } from './journey';

const MANY = 130;

test('many files are sent a few at a time, with a total; those refused are listed with their reasons', async ({ page, server }, info) => {
  const folder = info.outputPath('many');
  mkdirSync(folder, { recursive: true });
  const paths = Array.from({ length: MANY }, (_, n) => join(folder, `note-${n + 1}.txt`));
  for (const [n, path] of paths.entries()) writeFileSync(path, `Note ${n + 1} tells of harbour ${n + 1} and its lamps.`);
  const strange = Array.from({ length: 5 }, (_, n) => join(folder, `strange-${n + 1}.bin`));
  for (const [n, path] of strange.entries())
    writeFileSync(
      path,
      Uint8Array.from({ length: 4_096 }, (_, i) => (i * 7919 + n * 31 + (i >> 3)) % 256),
    );
  await page.addInitScript(() => {
    const send = XMLHttpRequest.prototype.send;
    const seen = { open: 0, most: 0 };
    Reflect.set(window, 'uploadsSeen', seen);
    XMLHttpRequest.prototype.send = function (body) {
      seen.most = Math.max(seen.most, ++seen.open);
      this.addEventListener('readystatechange', () => this.readyState === XMLHttpRequest.DONE && seen.open--);
      send.call(this, body);
    };
  });
  await openWindow(page, server);
  await createProject(page, 'Notes');
  await addFiles(page, [...paths, ...strange]);
  await expect(page.getByTestId('upload-progress')).toContainText(/Adding 135 files · \d+ done/);
  await expect(page.getByTestId('upload-refused')).toHaveText(/130 files added, 5 not added/, { timeout: 60_000 });
  expect(await page.evaluate(() => Reflect.get(window, 'uploadsSeen'))).toEqual({ open: 0, most: 3 });
  await page.getByTestId('upload-show-refused').click();
  await expect(page.getByRole('dialog').getByRole('listitem')).toHaveCount(5);
  await expect(page.getByRole('dialog')).toContainText('strange-3.bin');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByTestId('upload-refused')).toHaveCount(0);
  await expect(page.getByTestId('project-list')).toContainText(String(MANY));
});

test('adding is stopped: what was sent stays, nothing more comes', async ({ page, server }, info) => {
  const folder = info.outputPath('more');
  mkdirSync(folder, { recursive: true });
  const paths = Array.from({ length: MANY }, (_, n) => join(folder, `page-${n + 1}.txt`));
  for (const [n, path] of paths.entries()) writeFileSync(path, `Page ${n + 1} tells of lighthouse ${n + 1}.`);
  let sent = 0;
  await page.route('**/api/documents/upload', (route) => (++sent > 3 ? new Promise(() => undefined) : route.continue()));
  await openWindow(page, server);
  await createProject(page, 'Pages');
  await addFiles(page, paths);
  await expect(page.getByTestId('upload-progress')).toContainText('60 done');
  await page.getByTestId('upload-stop').click();
  await expect(page.getByTestId('upload-progress')).toHaveCount(0);
  await expect(page.getByTestId('project-list')).toContainText('60');
});

test('a file that is gone before it was sent is refused alone', async ({ page, server }, info) => {
  const folder = info.outputPath('fleeting');
  mkdirSync(folder, { recursive: true });
  const paths = Array.from({ length: 90 }, (_, n) => join(folder, `leaf-${n + 1}.txt`));
  for (const [n, path] of paths.entries()) writeFileSync(path, `Leaf ${n + 1} fell on day ${n * 3}.`);
  let release: () => void = () => undefined;
  const held = new Promise<void>((resume) => {
    release = resume;
  });
  await page.route('**/api/documents/upload', (route) => held.then(() => route.continue()));
  await openWindow(page, server);
  await createProject(page, 'Leaves');
  await addFiles(page, paths);
  await expect(page.getByTestId('upload-progress')).toContainText('0 done');
  rmSync(join(folder, 'leaf-85.txt'));
  release();
  await expect(page.getByTestId('upload-refused')).toContainText('89 files added, 1 not added', { timeout: 30_000 });
  await page.getByTestId('upload-show-refused').click();
  await expect(page.getByRole('dialog').getByRole('listitem')).toContainText('leaf-85.txt');
});

test('any file may be chosen; its content decides, not its name', async ({ page, server }, info) => {
  const path = info.outputPath('minutes.unknown-kind');
  writeFileSync(path, 'The harbour board met on Monday and chose new lamps for the pier.');
  await openWindow(page, server);
  await expect(page.getByTestId('no-documents')).toContainText('e-books, mail, archives');
  await expect(page.getByTestId('file-input')).not.toHaveAttribute('accept', /.*/);
  await addFiles(page, [path, join(SAMPLES, 'contract.docx')]);
  await waitSearchable(page, 'minutes.unknown-kind');
  await waitSearchable(page, 'contract.docx');
  await expect(row(page, 'contract.docx')).toHaveCount(1);
});

test('a dropped folder is added with all that lies in it, hidden files left out', async ({ page, server }, info) => {
  const folder = info.outputPath('dropped');
  mkdirSync(join(folder, 'deep', 'er'), { recursive: true });
  for (let n = 1; n <= 105; n++) writeFileSync(join(folder, 'deep', `page-${n}.txt`), `Page ${n} tells of buoy ${n}.`);
  writeFileSync(join(folder, 'deep', 'er', 'last.txt'), 'The last buoy is blue.');
  writeFileSync(join(folder, '.hidden.txt'), 'Nobody shall read this.');
  await openWindow(page, server);
  await createProject(page, 'Buoys');
  await drop(page, [folder, join(SAMPLES, 'letter.txt')]);
  await expect(page.getByTestId('project-list')).toContainText('107', { timeout: 60_000 });
  await page.getByTestId('document-list').hover();
  // The list is windowed: the row is there once it is scrolled to.
  await expect(async () => {
    await page.mouse.wheel(0, 300);
    await expect(row(page, 'last.txt')).toBeVisible({ timeout: 300 });
  }).toPass({ timeout: 20_000 });
  await waitSearchable(page, 'last.txt');
  await page.getByTestId('search-input').fill('blue buoy');
  await expect(page.getByTestId('search-hit').filter({ hasText: 'last.txt' }).first()).toBeVisible();
});
