/** An engine of the team that is not there: the window says so, and everything else goes on. */
import { join } from 'node:path';
import { SAMPLES, startServer } from '../support/server';
import { test as base, expect } from './fixtures';
import { addFiles, ask, openWindow, waitSearchable } from './journey';

/** Nothing listens at the port of `discard`. */
const NOWHERE = 'http://127.0.0.1:9';

const test = base.extend({
  server: async ({ dataDir, page }, use) => {
    const server = await startServer({ dataDir, env: { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_CHROMA_URL: NOWHERE } });
    await use(server);
    await page.goto('about:blank');
    await server.stop();
  },
});

test('a vector store that cannot be reached is named, with what to do; answers go on', async ({ page, server }) => {
  await openWindow(page, server);
  await addFiles(page, [join(SAMPLES, 'handbook.md')]);
  await waitSearchable(page, 'handbook.md');
  await expect(page.getByTestId('problems')).toContainText('ChromaDB does not work', { timeout: 60_000 });
  await page.getByTestId('problems-details').click();
  await expect(page.getByTestId('problem')).toContainText('PRESSMARK_CHROMA_URL');
  await page.keyboard.press('Escape');
  await ask(page, 'What is the diameter of the dish?');
  await expect(page.getByTestId('answer')).toContainText('7.6 metres');
  await page.getByTestId('system').click();
  await expect(page.getByTestId('system-facts')).toContainText('Vectors inChromaDB');
  await expect(page.getByTestId('system-problem')).toBeVisible();
});
