/** What every browser test of the window needs: the real headless server on a fresh library, a signed-in page, coverage when asked. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test as base } from 'playwright/test';
import { startServer, type TestServer, temporaryFolder } from '../support/server';

interface Fixtures {
  /** Catalogue id for the answers, or `none`: quoted sentences, quick and the same on every machine. */
  chatModel: string;
  /** The library's folder, fresh for each test. */
  dataDir: string;
  server: TestServer;
  covered: undefined;
}

export const test = base.extend<Fixtures>({
  chatModel: ['none', { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  dataDir: async ({}, use) => {
    const folder = temporaryFolder();
    await use(folder.path);
    folder.remove();
  },
  server: async ({ chatModel, dataDir, page }, use) => {
    const env = chatModel === 'installed' ? {} : { PRESSMARK_CHAT_MODEL: chatModel };
    const server = await startServer({ dataDir, env });
    await use(server);
    // A server ends at once when no window follows its events.
    await page.goto('about:blank');
    await server.stop();
  },
  covered: [
    // Asks for the server so that it ends before it: leaving the page would throw its scripts and their counts away.
    async ({ page, server: _server }, use) => {
      const folder = process.env.COVERAGE_RAW;
      if (!folder) return use(undefined);
      await page.coverage.startJSCoverage({ resetOnNavigation: false });
      await use(undefined);
      const entries = await page.coverage.stopJSCoverage();
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `e2e-${randomUUID()}.json`), JSON.stringify(entries));
    },
    { auto: true },
  ],
});
export { expect } from 'playwright/test';
