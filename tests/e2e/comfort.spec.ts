/** What nobody notices until it is missing: nothing is lost when the window changes, no network is needed, all scripts read right. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright/test';
import { pause, SAMPLES } from '../support/server';
import { startSlowEngine } from '../support/slow-engine';
import { expect, test } from './fixtures';
import { addFiles, ask, openWindow, row, waitSearchable } from './journey';

const HANDBOOK = join(SAMPLES, 'handbook.md');
const WIDE = { width: 1200, height: 800 };
const NARROW = { width: 720, height: 800 };

async function openHandbook(page: Page, server: Parameters<typeof openWindow>[1]): Promise<void> {
  await openWindow(page, server);
  await addFiles(page, [HANDBOOK]);
  await waitSearchable(page, 'handbook.md');
}

test('a window made narrow keeps the growing answer, the typed question and the search', async ({ page, server }) => {
  await page.setViewportSize(WIDE);
  await openHandbook(page, server);
  await page.route('**/rpc/chat/stream', async (route) => {
    await pause(1_500);
    await route.continue();
  });
  await page.getByTestId('search-input').fill('dish');
  await expect(page.getByTestId('search-hit').first()).toBeVisible();
  await page.getByTestId('chat-input').fill('What is the diameter of the dish?');
  await page.getByTestId('send').click();
  await expect(page.getByTestId('chat-status')).toBeVisible();
  await page.getByTestId('chat-input').fill('And its weight');
  await page.setViewportSize(NARROW);
  await expect(page.getByTestId('tab-chat')).toBeVisible();
  await expect(page.getByTestId('chat-input')).toHaveValue('And its weight');
  await expect(page.getByTestId('answer')).toContainText('7.6 metres', { timeout: 20_000 });
  await page.getByTestId('tab-shelf').click();
  await page.getByTestId('search-hit').first().click();
  await expect(page.getByTestId('viewer')).toBeVisible();
  await page.getByTestId('tab-shelf').click();
  await expect(page.getByTestId('search-input')).toHaveValue('dish');
  await page.setViewportSize(WIDE);
  await expect(page.getByTestId('search-hit').first()).toBeVisible();
  await expect(page.getByTestId('answer')).toContainText('7.6 metres');
});

test('without any network everything goes on', async ({ page, server }) => {
  await openHandbook(page, server);
  await page.evaluate(() => window.dispatchEvent(new Event('offline')));
  await page.getByTestId('search-input').fill('diameter');
  await expect(page.getByTestId('search-hit').first()).toContainText('handbook.md');
  await page.getByTestId('rename-project').click();
  await page.getByTestId('name-input').fill('Renamed on the train');
  await page.getByTestId('name-submit').click();
  await expect(page.getByTestId('project-list')).toContainText('Renamed on the train');
});

test('a part of the window that cannot be loaded says so, and the rest goes on', async ({ page, server }) => {
  await openHandbook(page, server);
  await page.route(/\/assets\/graph-.*\.js/, (route) => route.abort());
  await page.getByTestId('view-graph').click();
  await expect(page.getByTestId('broken-part')).toContainText('The graph cannot be shown');
  await page.getByTestId('view-chat').click();
  await ask(page, 'What is the diameter of the dish?');
  await expect(page.getByTestId('answer')).toContainText('7.6 metres');
  await page.unroute(/\/assets\/graph-.*\.js/);
  await page.getByTestId('view-graph').click();
  await page.getByTestId('reload').click();
  await page.getByTestId('view-graph').click();
  await expect(page.getByTestId('graph-status').or(page.getByTestId('graph-empty'))).toBeVisible();
});

test('who goes to another project before the answer begins is not called back', async ({ page, server }) => {
  await openHandbook(page, server);
  const asked = (await server.get<{ items: { id: string }[] }>('/api/projects/')).body.data.items[0]?.id;
  await server.createProject('Elsewhere');
  await page.reload();
  await page.getByTestId('project-list').getByText('My documents').click();
  await page.route('**/rpc/chat/stream', async (route) => {
    await pause(1_500);
    await route.continue();
  });
  await page.getByTestId('chat-input').fill('What is the diameter of the dish?');
  await page.getByTestId('send').click();
  await page.getByTestId('project-list').getByText('Elsewhere').click();
  const begun = async () => (await server.get<{ items: unknown[] }>(`/api/conversations/?project_id=${asked}`)).body.data.items.length;
  await expect.poll(begun).toBe(1);
  await pause(500);
  await expect(page.getByTestId('welcome')).toBeVisible();
  await expect(page.getByTestId('question')).toHaveCount(0);
  await page.getByTestId('project-list').getByText('My documents').click();
  await page.getByTestId('conversation-list').getByText('diameter').click();
  await expect(page.getByTestId('answer')).toContainText('7.6 metres');
});

test('a question that could not be sent says why, and is asked again', async ({ page, server }) => {
  await openHandbook(page, server);
  await page.route('**/rpc/chat/stream', (route) => route.abort());
  await page.getByTestId('chat-input').fill('What is the diameter of the dish?');
  await page.getByTestId('send').click();
  await expect(page.getByTestId('chat-error')).toHaveText('Pressmark does not answer at the moment.');
  await page.unroute('**/rpc/chat/stream');
  await page.getByTestId('ask-again').click();
  await expect(page.getByTestId('answer')).toContainText('7.6 metres');
  await expect(page.getByTestId('question')).toHaveCount(1);
});

test('the small card of a citation does not come up again when another document is opened', async ({ page, server }) => {
  await openHandbook(page, server);
  await addFiles(page, [join(SAMPLES, 'letter.txt')]);
  await waitSearchable(page, 'letter.txt');
  await ask(page, 'What is the diameter of the dish?');
  const chip = page.getByTestId('citation-chip').first();
  const card = page.locator('[data-radix-popper-content-wrapper]');
  await chip.hover();
  await expect(card).toBeVisible();
  await chip.click();
  await expect(card).toHaveCount(0);
  await page.getByTestId('chat-input').focus();
  await row(page, 'letter.txt').getByRole('button').first().click();
  await expect(page.getByTestId('viewer').getByRole('heading')).toHaveText('letter.txt');
  await page.mouse.move(5, 5);
  await pause(600);
  await expect(card).toHaveCount(0);
});

/** Where a part of the text stands on the screen, from its left. */
const leftOf = (box: Locator, words: string) =>
  box.evaluate((element, wanted) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.textContent?.indexOf(wanted) ?? -1;
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      return range.getBoundingClientRect().left;
    }
    throw new Error(`"${wanted}" is not there`);
  }, words);

test('text from right to left begins on the right and ends with its full stop on the left, beside other text', async ({
  page,
  server,
}, info) => {
  const name = 'تقرير المبيعات.txt';
  writeFileSync(info.outputPath(name), 'بلغت المبيعات في عام 2023 نحو 45 مليون دولار.\n\nThe sales were high.');
  await openWindow(page, server);
  await addFiles(page, [info.outputPath(name)]);
  await waitSearchable(page, name);
  await ask(page, 'كم بلغت المبيعات في عام 2023؟');
  const answer = page.getByTestId('answer').locator('.answer');
  expect(await leftOf(answer, 'دولار')).toBeLessThan(await leftOf(answer, 'بلغت'));
  expect(await leftOf(answer, '.')).toBeLessThan(await leftOf(answer, 'دولار'));
  const question = page.getByTestId('question');
  expect(await leftOf(question, '؟')).toBeLessThan(await leftOf(question, '2023'));
  await row(page, name).getByRole('button').first().click();
  const text = page.getByTestId('page-text');
  const middle = await text.evaluate((element) => element.getBoundingClientRect().left + element.clientWidth / 2);
  expect(await leftOf(text, 'بلغت')).toBeGreaterThan(middle);
  expect(await leftOf(text, 'The sales')).toBeLessThan(middle);
  const shown = row(page, name).locator('bdi');
  expect(await leftOf(shown, '.txt')).toBeLessThan(await leftOf(shown, 'تقرير'));
});

test('notes can be read in the dark, are closed by hand, and leave the question line free', async ({ page, server }, info) => {
  writeFileSync(info.outputPath('empty.txt'), '');
  await page.addInitScript(() => localStorage.setItem('pressmark-theme', 'dark'));
  await openWindow(page, server);
  await addFiles(page, [info.outputPath('empty.txt')]);
  const note = page.locator('[data-sonner-toast]');
  await expect(note).toContainText('The file is empty');
  const [colour, soft] = await note.locator('[data-description]').evaluate((element) => {
    const wanted = document.body.appendChild(document.createElement('i'));
    wanted.style.color = 'var(--soft)';
    return [getComputedStyle(element).color, getComputedStyle(wanted).color];
  });
  expect(colour).toBe(soft);
  const bottom = async (box: Locator, side: 'top' | 'bottom') =>
    box.evaluate((element, name) => element.getBoundingClientRect()[name], side);
  await expect.poll(() => bottom(note, 'bottom')).toBeLessThanOrEqual(await bottom(page.getByTestId('chat-input'), 'top'));
  await note.getByRole('button', { name: /close/i }).click();
  await expect(note).toHaveCount(0);
});

test('a damaged library says what to do about it', async ({ page, server }) => {
  await page.route('**/rpc/system/info', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    body.json.care.state = 'restart_needed';
    await route.fulfill({ response, json: body });
  });
  await openWindow(page, server);
  await expect(page.getByTestId('library-damaged')).toContainText('open it again');
  await page.getByTestId('system').click();
  await expect(page.getByTestId('system-facts')).toContainText('damaged');
});

test.describe('with an engine that writes slowly', () => {
  test.use({ chatModel: 'installed' });
  test('a long answer is followed while it grows, until one scrolls up to read', async ({ page, server }) => {
    // No two words are the same: what repeats itself is cut off.
    const words = Array.from({ length: 900 }, (_, n) => `${(n * 2_654_435_761).toString(36)}${n % 12 === 11 ? '.\n\n' : ' '}`);
    const engine = await startSlowEngine(words, 15);
    try {
      await server.request('PUT', '/api/settings/external-engine', { enabled: true, base_url: engine.url, chat_model: 'slow' });
      await server.request('PUT', '/api/settings', { chat_model: 'external-chat' });
      await openHandbook(page, server);
      await page.getByTestId('chat-input').fill('What is the diameter of the dish?');
      await page.getByTestId('send').click();
      const scroller = page.getByTestId('messages').locator('..');
      const below = () => scroller.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
      const height = () => scroller.evaluate((element) => element.scrollHeight);
      await expect.poll(height).toBeGreaterThan(1_500);
      expect(await below()).toBeLessThan(120);
      await scroller.hover();
      await page.mouse.wheel(0, -600);
      await expect.poll(below).toBeGreaterThan(300);
      const before = await scroller.evaluate((element) => element.scrollTop);
      const tall = await height();
      await expect.poll(height).toBeGreaterThan(tall + 300);
      expect(Math.abs((await scroller.evaluate((element) => element.scrollTop)) - before)).toBeLessThan(5);
    } finally {
      await engine.close();
    }
  });

  test('a chat model that does not work is named where one asks, and quotes stand in for it', async ({ page, server }) => {
    const engine = { enabled: true, base_url: 'http://127.0.0.1:9/v1', chat_model: 'far-away' };
    await server.request('PUT', '/api/settings/external-engine', engine);
    await server.request('PUT', '/api/settings', { chat_model: 'external-chat' });
    await openHandbook(page, server);
    await ask(page, 'What is the diameter of the dish?');
    await expect(page.getByTestId('answer')).toContainText('7.6 metres');
    await expect(page.getByTestId('model-failed')).toContainText('cannot be reached');
  });
});
