/** Followed folders in the window: from the first scan to the last file. */
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { SAMPLES } from '../support/server';
import { expect, test } from './fixtures';
import { createProject, openWindow, row, waitSearchable } from './journey';

const MANY = 400;

async function follow(page: Page, path: string, ignore = ''): Promise<void> {
  await page.getByTestId('follow').click();
  await page.getByTestId('follow-path').fill(path);
  await page.getByTestId('follow-ignore').fill(ignore);
  await page.getByTestId('form-submit').click();
}

test('a folder is followed: its files come, new ones too, ignored ones never, deleted ones go', async ({ page, server }, info) => {
  const path = info.outputPath('papers');
  mkdirSync(join(path, 'drafts'), { recursive: true });
  copyFileSync(join(SAMPLES, 'letter.txt'), join(path, 'letter.txt'));
  copyFileSync(join(SAMPLES, 'page.html'), join(path, 'drafts', 'page.html'));
  await openWindow(page, server);
  await createProject(page, 'Papers');
  await expect(page.getByTestId('no-folders')).toContainText('keeps this project up to date');
  await follow(page, path, '# not yet\ndrafts/\n\n*.log');
  const folder = page.getByTestId('folder-row');
  await expect(folder).toContainText('papers');
  await expect(folder).toHaveAttribute('data-state', 'watching');
  await waitSearchable(page, 'letter.txt');
  copyFileSync(join(SAMPLES, 'handbook.md'), join(path, 'handbook.md'));
  await waitSearchable(page, 'handbook.md');
  await expect(folder.getByTestId('folder-status')).toHaveText('2 documents');
  await expect(row(page, 'page.html')).toHaveCount(0);
  rmSync(join(path, 'letter.txt'));
  await expect(row(page, 'letter.txt')).toHaveCount(0, { timeout: 30_000 });
  await page.getByTestId('folder-details').click();
  await expect(page.getByRole('dialog')).toContainText(path);
  await expect(page.getByTestId('folder-facts')).toContainText('drafts/, *.log');
  await page.getByTestId('folder-rescan').click();
  await expect(folder).toHaveAttribute('data-state', 'watching');
  await page.getByTestId('folder-ignore').click();
  await expect(page.getByTestId('follow-ignore')).toHaveValue('drafts/\n*.log');
  await page.getByTestId('follow-ignore').fill('*.log');
  await page.getByTestId('form-submit').click();
  await expect(page.getByTestId('folder-facts')).not.toContainText('drafts/');
  await page.keyboard.press('Escape');
  await waitSearchable(page, 'page.html');
});

test('a path that is none is refused in the dialog', async ({ page, server }, info) => {
  await openWindow(page, server);
  await createProject(page, 'Papers');
  await follow(page, info.outputPath('nowhere'));
  await expect(page.getByTestId('follow-wrong')).toContainText('no folder at this path');
  await page.getByTestId('follow-path').fill('papers');
  await page.getByTestId('form-submit').click();
  await expect(page.getByTestId('follow-wrong')).toContainText('absolute path');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByTestId('no-folders')).toBeVisible();
});

test('the scan of many files shows how far it is, is paused, and goes on; then the folder is left', async ({ page, server }, info) => {
  test.setTimeout(240_000);
  const path = info.outputPath('archive');
  mkdirSync(path, { recursive: true });
  for (let n = 1; n <= MANY; n++) writeFileSync(join(path, `note-${n}.txt`), `Note ${n} tells of harbour ${n} and its lamps.`);
  await openWindow(page, server);
  await createProject(page, 'Archive');
  await follow(page, path);
  const folder = page.getByTestId('folder-row');
  const status = folder.getByTestId('folder-status');
  await expect(status).toHaveText(new RegExp(`^Looking through \\d+ of ${MANY} files(\\s· .+ left)?$`));
  await expect(folder.getByRole('progressbar')).toBeVisible();
  await folder.getByTestId('folder-pause').click();
  await expect(status).toHaveText(/^Paused\s· [1-9]\d* documents so far$/);
  const paused = Number(/\d+/.exec((await status.textContent()) ?? '')?.[0]);
  expect(paused).toBeLessThan(MANY);
  await page.reload();
  await expect(status).toHaveText(`Paused · ${paused} documents so far`);
  await folder.getByTestId('folder-resume').click();
  await expect(status).toHaveText(`${MANY} documents`, { timeout: 150_000 });
  await expect(page.getByTestId('project-list')).toContainText(String(MANY));
  await page.getByTestId('folder-details').click();
  await page.getByTestId('folder-stop').click();
  await page.getByTestId('folder-remove-documents').check();
  await page.getByTestId('form-submit').click();
  await expect(page.getByTestId('folder-row')).toHaveCount(0, { timeout: 60_000 });
  await expect(page.getByTestId('no-documents')).toBeVisible();
});
