/** The models' screen over the real backend: what is there, what is fetched from a server of the test, and what cannot be used. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import type { Model } from '../../src-main/contract/models';
import { type ModelHost, smallGguf, startModelHost } from '../support/model-host';
import { startServer } from '../support/server';
import { test as base, expect } from './fixtures';
import { openWindow } from './journey';

const small = smallGguf();
const FETCHED_MS = 60_000;

/** A models folder of its own, and a server that has one model. */
const test = base.extend<{ host: ModelHost }>({
  server: async ({ dataDir, page }, use) => {
    const env = { PRESSMARK_MODELS_DIR: join(dataDir, 'models') };
    const server = await startServer({ dataDir, env });
    await use(server);
    await page.goto('about:blank');
    await server.stop();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  host: async ({}, use) => {
    const host = await startModelHost(small);
    await use(host);
    await host.close();
  },
});

const card = (page: Page, name: string) => page.getByTestId('model').filter({ hasText: name });

async function importFrom(page: Page, url: string, name: string): Promise<void> {
  await page.getByTestId('import-model').click();
  await page.getByTestId('import-from-address').click();
  await page.getByTestId('import-url').fill(url);
  await page.getByTestId('import-name').fill(name);
  await page.getByTestId('form-submit').click();
}

test('the catalogue says size, licence and whether each model fits; the machine is described', async ({ page, server }) => {
  await openWindow(page, server);
  await page.getByTestId('view-models').click();
  const { items } = (await server.get<{ items: Model[] }>('/api/models/?limit=200')).body.data;
  const shown = items.filter(({ kind }) => kind !== 'reranker' || items.some((one) => one.kind === 'reranker'));
  await expect(page.getByTestId('model')).toHaveCount(shown.length);
  const first = items.find(({ kind }) => kind === 'chat');
  const facts = page.locator(`[data-model="${first?.id}"]`);
  await expect(facts.getByTestId('model-facts')).toContainText(first?.licence ?? '');
  await expect(facts.getByTestId('fit')).toHaveAttribute('data-verdict', first?.fit.verdict ?? '');
  await expect(facts.getByTestId('fit')).toContainText('needs');
  await expect(facts.getByTestId('download')).toBeVisible();
  await expect(page.getByTestId('hardware')).toContainText(/\d+ cores?/);
  await expect(page.getByTestId('hardware')).toContainText(/free/);
});

test('a model from an address: progress, paused, resumed, cancelled, again, and deleted', async ({ page, server, host }) => {
  await openWindow(page, server);
  await page.getByTestId('view-models').click();
  await importFrom(page, host.url('slow'), 'Slowly');
  const fetch = card(page, 'Slowly').getByTestId('fetch');
  await expect(fetch).toContainText(/MiB|KiB|bytes/);
  await fetch.getByTestId('pause').click();
  await expect(fetch).toHaveAttribute('data-state', 'paused');
  await expect(fetch).toContainText('paused');
  await fetch.getByTestId('resume').click();
  await expect(fetch).not.toHaveAttribute('data-state', 'paused');
  await fetch.getByTestId('cancel').click();
  await expect(card(page, 'Slowly')).toHaveCount(0);
  await importFrom(page, host.url('whole/model.gguf'), 'Quickly');
  await expect(card(page, 'Quickly').getByTestId('delete-model')).toBeVisible({ timeout: FETCHED_MS });
  await card(page, 'Quickly').getByTestId('delete-model').click();
  await page.getByTestId('confirm').click();
  await expect(card(page, 'Quickly')).toHaveCount(0);
});

test('what is no model says why, and is dismissed; a wrong path is told in the dialog', async ({ page, server, dataDir }) => {
  const path = join(dataDir, 'letter.gguf');
  writeFileSync(path, 'Dear Sir or Madam');
  await openWindow(page, server);
  await page.getByTestId('view-models').click();
  await page.getByTestId('import-model').click();
  await page.getByTestId('import-path').fill('letter.gguf');
  await page.getByTestId('form-submit').click();
  await expect(page.getByTestId('import-wrong')).toContainText('absolute path');
  await page.getByTestId('import-path').fill(path);
  await page.getByTestId('form-submit').click();
  await expect(page.getByTestId('not-added')).toContainText('GGUF');
  await page.getByTestId('dismiss-import').click();
  await expect(page.getByTestId('not-added')).toHaveCount(0);
});

test('an engine elsewhere is off until somebody says yes, and is marked when it is on', async ({ page, server }) => {
  await openWindow(page, server);
  await page.getByTestId('view-models').click();
  await expect(page.getByTestId('external')).toHaveAttribute('data-enabled', 'false');
  await page.getByTestId('external-set-up').click();
  await page.getByTestId('external-base_url').fill('http://127.0.0.1:9/v1');
  await page.getByTestId('external-chat_model').fill('far-away');
  await page.getByTestId('external-enabled').check();
  await page.getByTestId('form-submit').click();
  await expect(page.getByTestId('external')).toHaveAttribute('data-enabled', 'true');
  await expect(page.getByTestId('external')).toContainText('are sent to 127.0.0.1:9');
  await page.getByTestId('external-test').click();
  await expect(page.getByTestId('external-tested')).toBeVisible();
  await page.getByTestId('external-off').click();
  await expect(page.getByTestId('external')).toHaveAttribute('data-enabled', 'false');
});

test('the choice of none makes answers quotes, and is kept', async ({ page, server }) => {
  await openWindow(page, server);
  await page.getByTestId('view-models').click();
  await page.getByTestId('choose-chat').selectOption('none');
  await expect.poll(async () => (await server.get<{ chat_model: string }>('/api/settings')).body.data.chat_model).toBe('none');
  await page.reload();
  await page.getByTestId('view-models').click();
  await expect(page.getByTestId('choose-chat')).toHaveValue('none');
});
