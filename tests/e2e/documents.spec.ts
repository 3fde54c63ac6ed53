/** The list of documents in the window: what it says of each state, and the ways on from a stop. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SAMPLES } from '../support/server';
import { expect, test } from './fixtures';
import { addFiles, openWindow, row, waitSearchable } from './journey';

/** It opens with `open-sesame`. */
const LOCKED = join(SAMPLES, 'password.pdf');

test('a protected file asks for its password, says that one is wrong, and is read with the right one', async ({ page, server }) => {
  await openWindow(page, server);
  await addFiles(page, [LOCKED]);
  const locked = row(page, 'password.pdf');
  await expect(locked).toHaveAttribute('data-state', 'failed');
  await expect(locked.getByTestId('document-status')).toContainText(/password/i);
  await locked.getByTestId('unlock').click();
  await expect(page.getByRole('dialog')).toContainText('password.pdf');
  await expect(page.getByTestId('unlock-password')).toBeFocused();
  await page.keyboard.type('close-sesame');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('unlock-password-wrong')).toContainText('not the password');
  await expect(page.getByTestId('unlock-password')).toBeFocused();
  await page.keyboard.type('open-sesame');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await waitSearchable(page, 'password.pdf');
  await expect(locked.getByTestId('unlock')).toHaveCount(0);
});

test('a failed file says why and what to do, in the list and in the viewer, and is tried again', async ({ page, server }, info) => {
  const path = info.outputPath('broken.pdf');
  writeFileSync(path, '%PDF-1.4\nbroken');
  await openWindow(page, server);
  await addFiles(page, [path]);
  const broken = row(page, 'broken.pdf');
  await expect(broken).toHaveAttribute('data-state', 'failed');
  const { items } = (await server.get<{ items: { error: { message: string; action: string } }[] }>(await documentsOf(server))).body.data;
  const error = items[0]?.error ?? { message: 'no error', action: 'no action' };
  await expect(broken.getByTestId('document-status')).toHaveText(error.message);
  await expect(broken.getByTestId('document-advice')).toHaveText(error.action);
  await expect(broken.getByTestId('unlock')).toHaveCount(0);
  await broken.getByRole('button').first().click();
  await expect(page.getByTestId('failure')).toContainText(error.message);
  await expect(page.getByTestId('failure')).toContainText(error.action);
  const attempts = async () => {
    const { data } = (await server.get<{ items: { attempts: number; state: string }[] }>('/api/jobs/')).body;
    return data.items.map((job) => `${job.state} ${job.attempts}`).join();
  };
  const before = await attempts();
  await broken.getByTestId('retry').click();
  await expect.poll(attempts).not.toBe(before);
  await expect(broken).toHaveAttribute('data-state', 'failed');
});

test('a long file shows how far it is and how long it takes, is cancelled, and goes on', async ({ page, server }, info) => {
  const path = info.outputPath('a-log-with-a-name-that-is-far-too-long-for-the-narrow-list-of-documents.txt');
  const line = (n: number) => `Line ${n} of the log tells of wind, water and the state of the pumps in the harbour of the northern town.`;
  writeFileSync(path, Array.from({ length: 20_000 }, (_, n) => line(n + 1)).join('\n\n'));
  await openWindow(page, server);
  await addFiles(page, [path]);
  const log = row(page, 'a-log');
  const status = log.getByTestId('document-status');
  await expect(status).toHaveText(/^Searchable · learning [\d,]+ of [\d,]+ passages\s· .+ left$/, { timeout: 60_000 });
  await expect(log.getByRole('progressbar')).toBeVisible();
  await log.hover();
  await log.getByTestId('cancel').click();
  await expect(status).toHaveText('Searchable · learning was cancelled');
  await page.reload();
  await expect(status).toHaveText('Searchable · learning was cancelled');
  await log.getByTestId('retry').click();
  await expect(log).toHaveAttribute('data-state', 'embedding', { timeout: 60_000 });
});

test('long names and reasons fit in a narrow window, and all of it is in reach of the keyboard', async ({ page, server }, info) => {
  const path = info.outputPath(`${'a-very-long-name-without-any-gap-'.repeat(6)}.pdf`);
  writeFileSync(path, '%PDF-1.4\nbroken');
  await page.setViewportSize({ width: 390, height: 844 });
  await openWindow(page, server);
  await page.getByTestId('tab-shelf').click();
  await addFiles(page, [path, LOCKED]);
  const broken = row(page, 'a-very-long-name');
  await expect(broken).toHaveAttribute('data-state', 'failed');
  await expect(row(page, 'password.pdf')).toHaveAttribute('data-state', 'failed');
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  // The last line of a row ends above the next row.
  const [ways, next] = await Promise.all([row(page, 'password.pdf').getByTestId('retry').boundingBox(), broken.boundingBox()]);
  const [upper, lower] = (ways?.y ?? 0) < (next?.y ?? 0) ? [ways, next] : [next, ways];
  expect((upper?.y ?? 0) + (upper === ways ? (ways?.height ?? 0) : (next?.height ?? 0))).toBeLessThanOrEqual(lower?.y ?? 0);
  await row(page, 'password.pdf').getByRole('button').first().focus();
  const reached: (string | null)[] = [];
  for (let step = 0; step < 3; step++) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? null));
  }
  expect(reached).toEqual(['delete-document', 'unlock', 'retry']);
  await row(page, 'password.pdf').getByTestId('unlock').press('Enter');
  await expect(page.getByTestId('unlock-password')).toBeFocused();
  expect(await overflow()).toBeLessThanOrEqual(0);
  await page.keyboard.press('Escape');
  await expect(row(page, 'password.pdf').getByTestId('unlock')).toBeFocused();
  await broken.getByRole('button').first().press('Enter');
  await expect(page.getByTestId('failure')).toBeVisible();
  expect(await overflow()).toBeLessThanOrEqual(0);
});

async function documentsOf(server: import('../support/server').TestServer): Promise<string> {
  const { data } = (await server.get<{ items: { id: string }[] }>('/api/projects/')).body;
  return `/api/documents/?project_id=${data.items[0]?.id}`;
}

test('the list shows those in one state, and follows their changes', async ({ page, server }, info) => {
  const path = info.outputPath('broken.pdf');
  writeFileSync(path, '%PDF-1.4\nbroken');
  await openWindow(page, server);
  await addFiles(page, [path, LOCKED, join(SAMPLES, 'handbook.md')]);
  await expect(row(page, 'handbook.md')).toHaveAttribute('data-state', 'ready');
  const choose = async (state: string) => {
    await page.getByTestId('state-filter').click();
    await page.getByTestId(`state-${state}`).click();
  };
  await choose('failed');
  await expect(page.getByTestId('document-row')).toHaveCount(2);
  await row(page, 'password.pdf').getByTestId('unlock').click();
  await page.getByTestId('unlock-password').fill('open-sesame');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('document-row')).toHaveCount(1);
  await choose('ready');
  await expect(row(page, 'password.pdf')).toBeVisible();
  await expect(page.getByTestId('document-row')).toHaveCount(2);
  await choose('cancelled');
  await page.getByTestId('none-in-state').getByRole('button').click();
  await expect(page.getByTestId('document-row')).toHaveCount(3);
});
