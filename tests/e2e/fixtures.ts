/** What every browser test of the window needs: the real headless server on a fresh library, a signed-in page, coverage when asked. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test as base } from 'playwright/test';
import { startServer, type TestServer, temporaryFolder } from '../support/server';

interface Fixtures {
  /** Catalogue id for the answers, or `none`: quoted sentences, quick and the same on every machine. */
  chatModel: string;
  server: TestServer;
  covered: undefined;
}

export const test = base.extend<Fixtures>({
  chatModel: ['none', { option: true }],
  server: async ({ chatModel }, use) => {
    const folder = temporaryFolder();
    const env = chatModel === 'installed' ? {} : { PRESSMARK_CHAT_MODEL: chatModel };
    const server = await startServer({ dataDir: folder.path, env });
    await use(server);
    server.process.kill('SIGTERM');
    await new Promise((resolve) => (server.process.exitCode === null ? server.process.once('exit', resolve) : resolve(null)));
    folder.remove();
  },
  covered: [
    async ({ page }, use) => {
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
