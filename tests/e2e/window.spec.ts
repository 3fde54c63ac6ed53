/** The window in a browser over the real headless server. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { SAMPLES, type TestServer } from '../support/server';
import { expect, test } from './fixtures';
import { addFiles, ask, createProject, openFirstCitation, row, waitSearchable } from './journey';

const REPORT = join(SAMPLES, 'annual-report.pdf');
const QUESTION = 'When was Nordlund Tidewater Group founded?';

const open = (page: Page, { ready }: TestServer) => page.goto(`${ready.url}/#token=${ready.token}`);

test('without a token it asks for one, and takes it', async ({ page, server }) => {
  await page.goto(server.ready.url);
  await page.getByTestId('token-input').fill('wrong');
  await page.getByTestId('token-submit').click();
  await expect(page.getByRole('alert')).toContainText('not accepted');
  await page.getByTestId('token-input').fill(server.ready.token);
  await page.getByTestId('token-submit').click();
  await expect(page.getByTestId('welcome')).toBeVisible();
});

test('from a file to the highlighted words, kept after a reload', async ({ page, server }) => {
  await open(page, server);
  await expect(page).not.toHaveURL(/token/);
  await createProject(page, 'Reports');
  await addFiles(page, [REPORT]);
  await waitSearchable(page, 'annual-report.pdf');
  await ask(page, QUESTION);
  const chip = page.getByTestId('answer').getByTestId('citation-chip').first();
  const n = Number(await chip.textContent());
  const quote = await page
    .getByTestId('sources')
    .locator('li')
    .nth(n - 1)
    .locator('.font-serif')
    .innerText();
  const marked = await openFirstCitation(page);
  for (const word of quote.split(/\s+/)) expect(marked).toContain(word);
  await expect(page.getByTestId('highlight')).toHaveCount(quote.split(/\s+/).length);
  await page.reload();
  await expect(page.getByTestId('question')).toHaveText(QUESTION);
  await expect(page.getByTestId('citation-chip').first()).toBeVisible();
});

test('a damaged PDF says why and can be deleted', async ({ page, server }, info) => {
  const path = info.outputPath('broken.pdf');
  writeFileSync(path, '%PDF-1.4\nbroken');
  await open(page, server);
  await addFiles(page, [path]);
  await expect(row(page, 'broken.pdf')).toHaveAttribute('data-state', 'failed');
  await expect(row(page, 'broken.pdf').getByTestId('document-status')).toContainText('damaged');
  await row(page, 'broken.pdf').hover();
  await row(page, 'broken.pdf').getByTestId('delete-document').click();
  await page.getByTestId('confirm').click();
  await expect(row(page, 'broken.pdf')).toHaveCount(0);
});

test('files dropped on the window are added', async ({ page, server }) => {
  await open(page, server);
  await expect(page.getByTestId('welcome')).toBeVisible();
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['%PDF-1.4\nbroken'], 'dropped.pdf', { type: 'application/pdf' }));
    return data;
  });
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await expect(page.getByTestId('drop-overlay')).toBeVisible();
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await expect(row(page, 'dropped.pdf')).toBeVisible();
  await expect(page.getByTestId('project-list')).toContainText('My documents');
});

test('dark by choice, and narrow with tabs', async ({ page, server }) => {
  await open(page, server);
  await page.getByTestId('system').click();
  await page.getByTestId('theme-dark').click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 480, height: 900 });
  await expect(page.getByTestId('document-list')).toBeHidden();
  await page.getByTestId('tab-shelf').click();
  await expect(page.getByTestId('document-list')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(480);
});

test('a question and its source by keyboard alone', async ({ page, server }) => {
  await open(page, server);
  await addFiles(page, [REPORT]);
  await waitSearchable(page, 'annual-report.pdf');
  const focusByTab = async (name: string) => {
    for (let step = 0; step < 60; step++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((id) => document.activeElement?.getAttribute('data-testid') === id, name)) return;
    }
    throw new Error(`Tab never reaches ${name}.`);
  };
  await focusByTab('chat-input');
  await page.keyboard.type(QUESTION);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('citation-chip').first()).toBeVisible();
  await focusByTab('citation-chip');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('highlight').first()).toBeVisible();
});

test.describe('with the installed chat model', () => {
  test.use({ chatModel: 'installed' });
  test('an answer can be stopped, and the next question asked', async ({ page, server }) => {
    await open(page, server);
    await addFiles(page, [REPORT]);
    await waitSearchable(page, 'annual-report.pdf');
    await page.getByTestId('chat-input').fill('Describe the group and its routes at length.');
    await page.getByTestId('send').click();
    await page.getByTestId('stop').click();
    await expect(page.getByTestId('stop')).toBeHidden();
    await expect(page.getByTestId('chat-error')).toBeHidden();
    await page.getByTestId('chat-input').fill('Next question');
    await expect(page.getByTestId('send')).toBeEnabled();
  });
});
