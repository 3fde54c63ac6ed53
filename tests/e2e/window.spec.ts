/** The window in a browser over the real headless server. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SAMPLES, startServer } from '../support/server';
import { expect, test } from './fixtures';
import { addFiles, ask, createProject, openWindow as open, openFirstCitation, row, waitSearchable } from './journey';

const REPORT = join(SAMPLES, 'annual-report.pdf');
/** Two pages, read in no time. */
const PAPER = join(SAMPLES, 'two-columns.pdf');
const QUESTION = 'When was Nordlund Tidewater Group founded?';

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
    .textContent();
  const marked = await openFirstCitation(page);
  for (const word of (quote ?? '').split(/\s+/)) expect(marked).toContain(word);
  await expect(page.getByTestId('highlight')).toHaveCount((quote ?? '').split(/\s+/).length);
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
  await expect(page.getByTestId('drop-overlay')).toContainText('My documents');
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
  await addFiles(page, [PAPER]);
  await waitSearchable(page, 'two-columns.pdf');
  const focusByTab = async (name: string) => {
    for (let step = 0; step < 60; step++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((id) => document.activeElement?.getAttribute('data-testid') === id, name)) return;
    }
    throw new Error(`Tab never reaches ${name}.`);
  };
  await focusByTab('chat-input');
  await page.keyboard.type('How many blasts were recorded?');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('citation-chip').first()).toBeVisible();
  await focusByTab('citation-chip');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('highlight').first()).toBeVisible();
});

test('a search hit opens its passage, in a PDF and in a text', async ({ page, server }) => {
  await open(page, server);
  await addFiles(page, [PAPER, join(SAMPLES, 'handbook.md')]);
  await waitSearchable(page, 'two-columns.pdf');
  await waitSearchable(page, 'handbook.md');
  const search = async (words: string, filename: string) => {
    await page.getByTestId('search-input').fill(words);
    await page.getByTestId('search-hit').filter({ hasText: words }).filter({ hasText: filename }).first().click();
    await expect(page.getByTestId('viewer').getByRole('heading')).toHaveText(filename);
    await expect(page.getByTestId('highlight').first()).toBeVisible();
  };
  await search('viscosity of the lubricant', 'two-columns.pdf');
  await expect(page.getByTestId('pdf-page')).toHaveAttribute('data-page', await page.getByTestId('page-number').inputValue());
  await search('neutral hydrogen', 'handbook.md');
  await expect(page.getByTestId('highlight')).toContainText('neutral hydrogen');
  await page.keyboard.press('Tab');
  await page.getByTestId('search-input').press('Escape');
  await expect(row(page, 'handbook.md')).toBeVisible();
});

test('a text opened while it is being read appears by itself', async ({ page, server }, info) => {
  const path = info.outputPath('long.txt');
  const line = (n: number) => `Line ${n} of the log tells of wind, water and the state of the pumps.`;
  writeFileSync(path, Array.from({ length: 60_000 }, (_, n) => line(n + 1)).join('\n\n'));
  await open(page, server);
  await addFiles(page, [path]);
  await row(page, 'long.txt').getByRole('button').first().click();
  await expect(page.getByTestId('viewer')).toContainText('still being read');
  await expect(page.getByTestId('viewer')).toContainText(line(1), { timeout: 60_000 });
});

test('pages are turned and enlarged', async ({ page, server }) => {
  await open(page, server);
  await addFiles(page, [PAPER]);
  await waitSearchable(page, 'two-columns.pdf');
  await row(page, 'two-columns.pdf').getByRole('button').first().click();
  await expect(page.getByTestId('pdf-page')).toHaveAttribute('data-page', '1');
  await page.getByTestId('page-next').click();
  await expect(page.getByTestId('pdf-page')).toHaveAttribute('data-page', '2');
  await expect(page.getByTestId('page-next')).toBeDisabled();
  await page.getByTestId('page-number').fill('1');
  await page.getByTestId('page-number').press('Enter');
  await expect(page.getByTestId('pdf-page')).toHaveAttribute('data-page', '1');
  const width = async () => (await page.getByTestId('pdf-page').boundingBox())?.width ?? 0;
  const before = await width();
  await page.getByTestId('zoom-in').click();
  await expect.poll(width).toBeGreaterThan(before * 1.2);
});

test('what the documents do not say; the answer copied; names changed; all deleted', async ({ page, server, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, server);
  await createProject(page, 'Ships');
  await addFiles(page, [join(SAMPLES, 'handbook.md')]);
  await waitSearchable(page, 'handbook.md');
  await ask(page, 'Who won the football world cup of 1974?');
  await expect(page.getByTestId('not-answered')).toBeVisible();
  await ask(page, 'What is the diameter of the dish?');
  await page.getByTestId('copy-answer').last().click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('7.6 metres');
  expect(copied).toMatch(/\[1\] handbook\.md: “.+”/);
  await expect(page.getByTestId('spoken-answer')).toContainText('7.6 metres');
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.getByTestId('copy-answer').first().click();
  await expect(page.getByText('could not be copied')).toBeVisible();
  await page.getByTestId('conversation-list').getByRole('listitem').hover();
  await page.getByTestId('rename-conversation').click();
  await page.getByTestId('name-input').fill('About the dish');
  await page.getByTestId('name-submit').click();
  await expect(page.getByTestId('conversation-list')).toContainText('About the dish');
  await page.getByTestId('delete-project').click();
  await page.getByTestId('confirm').click();
  await expect(page.getByTestId('project-list').getByRole('listitem')).toHaveCount(0);
  await expect(page.getByTestId('welcome-add-files')).toBeVisible();
});

test('it recovers when the backend comes back', async ({ page, server, dataDir }) => {
  await open(page, server);
  await createProject(page, 'Kept');
  await server.stop('SIGKILL');
  await expect(page.getByTestId('offline-banner')).toBeVisible();
  const again = await startServer({ dataDir, args: ['--port', new URL(server.ready.url).port], env: { PRESSMARK_CHAT_MODEL: 'none' } });
  try {
    await expect(page.getByTestId('offline-banner')).toBeHidden();
    const { id } = (await again.get<{ items: { id: string }[] }>('/api/projects/')).body.data.items[0] ?? { id: '' };
    await again.upload(id, join(SAMPLES, 'handbook.md'));
    await waitSearchable(page, 'handbook.md');
  } finally {
    await again.stop();
  }
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
