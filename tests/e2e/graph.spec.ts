/** The graph of a project: drawn and as a list, its filters, what is chosen, and the sentences behind it. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Page, TestInfo } from 'playwright/test';
import { pause, type TestServer } from '../support/server';
import { expect, test } from './fixtures';
import { openWindow } from './journey';

const LETTERS = [
  'Clara Westbrook met Henry Ashford in London. Henry Ashford works for Ashford Holdings Ltd.',
  'Ashford Holdings Ltd was founded by Maria Lindqvist in Oslo. Clara Westbrook wrote to Henry Ashford in Paris.',
  'Maria Lindqvist lives in Oslo. The letters of M. Lindqvist are lost. Lindqvist Trading Ltd is not Lindqvist Trading. Edmund Thorne stayed in Vienna with Rosalind Peake.',
].join('\n\n');

/** Uploads the letters, waits until all of them is in the graph, and opens it. */
async function openGraph(page: Page, server: TestServer, info: TestInfo): Promise<void> {
  const path = info.outputPath('letters.txt');
  writeFileSync(path, LETTERS);
  const { id } = await server.createProject('Letters');
  await server.ingest(id, path);
  const complete = async () => {
    const { complete, entities } = (await server.get<{ complete: boolean; entities: number }>(`/api/projects/${id}/graph`)).body.data;
    return complete && entities > 0;
  };
  await expect.poll(complete, { timeout: 60_000 }).toBe(true);
  await openWindow(page, server);
  await page.getByTestId('view-graph').click();
  await expect(page.getByTestId('graph-status')).toContainText('connection');
}

async function choose(page: Page, part: string, name: string): Promise<void> {
  await page.getByTestId('graph-search').fill(part);
  await expect(page.getByTestId('thing-found').first()).toContainText(name);
  await page.getByTestId('graph-search').press('Enter');
  await expect(page.getByTestId('thing-name')).toHaveText(name);
}

test('a thing is found, its connections have sentences, and a sentence opens its page', async ({ page, server }, info) => {
  await openGraph(page, server, info);
  await expect(page.getByTestId('graph-canvas')).toHaveAttribute('data-settled', 'true', { timeout: 30_000 });
  await choose(page, 'westb', 'Clara Westbrook');
  await expect(page.getByTestId('thing')).toContainText('Person · 2 mentions in 1 document');
  const connection = page.getByTestId('connection').filter({ hasText: 'Henry Ashford' }).first();
  await connection.getByTestId('connection-evidence').click();
  await connection.getByTestId('pressmark').first().click();
  await expect(page.getByTestId('viewer').getByRole('heading')).toHaveText('letters.txt');
  await expect(page.getByTestId('highlight').first()).toBeVisible();
  await connection.getByTestId('connection-other').click();
  await expect(page.getByTestId('thing-name')).toHaveText('Henry Ashford');
  await page.getByTestId('close-panel').click();
  await expect(page.getByTestId('thing')).toHaveCount(0);
});

test('Enter takes what is found for the whole word, however quickly it was typed', async ({ page, server }, info) => {
  await openGraph(page, server, info);
  await page.getByTestId('graph-search').fill('westb');
  await expect(page.getByTestId('thing-found').first()).toContainText('Clara Westbrook');
  await page.getByTestId('graph-search').fill('henry');
  await page.getByTestId('graph-search').press('Enter');
  await expect(page.getByTestId('thing-name')).toHaveText('Henry Ashford');
});

test('quick steps with the arrow keys lead as far as slow ones', async ({ page, server }, info) => {
  await openGraph(page, server, info);
  const canvas = page.getByTestId('graph-canvas');
  await expect(canvas).toHaveAttribute('data-settled', 'true', { timeout: 30_000 });
  await canvas.focus();
  const after = async (keys: string[], ms: number) => {
    for (const key of ['0', ...keys]) {
      await page.keyboard.press(key);
      await pause(key === '0' ? 1_000 : ms);
    }
    await pause(1_000);
    return canvas.screenshot();
  };
  const slow = await after(['ArrowRight', 'ArrowRight', 'ArrowDown'], 600);
  expect((await after([], 0)).equals(slow)).toBe(false);
  expect((await after(['ArrowRight', 'ArrowRight', 'ArrowDown'], 0)).equals(slow)).toBe(true);
});

test('without motion, too, what is chosen is drawn', async ({ page, server }, info) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openGraph(page, server, info);
  await choose(page, 'westb', 'Clara Westbrook');
  await pause(1_000);
  const canvas = page.getByTestId('graph-canvas');
  const drawn = await canvas.screenshot();
  await canvas.evaluate((element) => {
    for (const layer of element.children) (layer as HTMLElement).style.visibility = 'hidden';
  });
  expect(drawn.length).toBeGreaterThan(1.5 * (await canvas.screenshot()).length);
});

test('how two things are connected, step by step, and that some are not', async ({ page, server }, info) => {
  await openGraph(page, server, info);
  await choose(page, 'westb', 'Clara Westbrook');
  await page.getByTestId('path-search').fill('lindq');
  await expect(page.getByTestId('thing-found').first()).toContainText('Maria Lindqvist');
  await page.getByTestId('path-search').press('Enter');
  await expect(page.getByTestId('path-steps').getByRole('listitem').first()).toContainText('Clara Westbrook');
  await expect(page.getByTestId('path-steps')).toContainText('Henry Ashford');
  await expect(page.getByTestId('path-steps').getByTestId('pressmark').first()).toBeVisible();
  await page.getByTestId('close-panel').click();
  await page.getByTestId('path-search').fill('peake');
  await page.getByTestId('thing-found').first().click();
  await expect(page.getByTestId('no-path')).toBeVisible();
});

test('the list has the same filters and works by keyboard', async ({ page, server }, info) => {
  await openGraph(page, server, info);
  await page.getByTestId('graph-as-list').press('Enter');
  const rows = page.getByTestId('thing-row');
  await expect(rows.filter({ hasText: 'Oslo' })).toHaveCount(1);
  await page.getByTestId('kind-place').press('Enter');
  await expect(page.getByTestId('kind-place')).toHaveAttribute('aria-pressed', 'false');
  await expect(rows.filter({ hasText: 'Oslo' })).toHaveCount(0);
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').press('Enter');
  await expect(page.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(rows.first()).toContainText(/^A/);
  await rows.filter({ hasText: 'Maria Lindqvist' }).getByRole('button').press('Enter');
  await expect(page.getByTestId('thing-name')).toHaveText('Maria Lindqvist');
  await page.getByTestId('graph-options').click();
  await page.getByTestId('strength').fill('2');
  await expect(page.getByTestId('graph-status')).toContainText('1 connection');
});

test('two names are said to be one, and that is undone; themes and files of the graph', async ({ page, server }, info) => {
  await openGraph(page, server, info);
  await page.getByTestId('graph-menu').click();
  await page.getByTestId('open-suggestions').click();
  await page.getByTestId('suggestion').first().getByTestId('same').click();
  await expect(page.getByTestId('merge')).toHaveCount(1);
  await page.getByTestId('undo-merge').click();
  await expect(page.getByTestId('merge')).toHaveCount(0);
  const before = await page.getByTestId('suggestion').count();
  await page.getByTestId('suggestion').first().getByTestId('different').click();
  await expect(page.getByTestId('suggestion')).toHaveCount(before - 1);
  await page.getByTestId('graph-menu').click();
  await page.getByTestId('open-themes').click();
  await expect(page.getByTestId('themes')).toContainText(/thing|Too little/);
  await page.getByTestId('graph-menu').click();
  const saved = page.waitForEvent('download');
  await page.getByTestId('export-graphml').click();
  const file = await (await saved).path();
  expect(readFileSync(file, 'utf8')).toContain('Clara Westbrook');
});

test('without WebGL the list takes the place of the drawing and says so', async ({ page, server }, info) => {
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await openGraph(page, server, info);
  await expect(page.getByTestId('graph-status')).toContainText('cannot draw');
  await expect(page.getByTestId('thing-row').first()).toBeVisible();
  await expect(page.getByTestId('graph-as-drawing')).toBeDisabled();
});

test('an empty project says what will be there; narrow windows have the graph in a tab', async ({ page, server }) => {
  await server.createProject('Nothing');
  await openWindow(page, server);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByTestId('tab-graph').click();
  await expect(page.getByTestId('graph-empty')).toContainText('Add a document');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

test('reading deeper needs a model, and says so', async ({ page, server }, info) => {
  await openGraph(page, server, info);
  await page.getByTestId('graph-menu').click();
  await page.getByTestId('open-deep').click();
  await expect(page.getByTestId('deep')).toContainText('No chat model is installed');
});

test.describe('with a model', () => {
  test.use({ chatModel: 'installed' });
  test('reading deeper is estimated first, then started and ended', async ({ page, server }, info) => {
    await openGraph(page, server, info);
    await page.getByTestId('graph-menu').click();
    await page.getByTestId('open-deep').click();
    await expect(page.getByTestId('deep-estimate')).toContainText(/passage/, { timeout: 60_000 });
    await page.getByTestId('deep-start').click();
    await expect(page.getByTestId('deep')).toHaveAttribute('data-state', /queued|running|done/, { timeout: 60_000 });
    // A single short passage may be through before anybody could end it.
    await expect(page.getByTestId('deep-cancel').or(page.getByText('Everything was read'))).toBeVisible();
  });
});
