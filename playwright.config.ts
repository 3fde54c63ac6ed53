/** Tests of the window, in Electron and in a browser; npm test runs them after the build. */
import { existsSync } from 'node:fs';
import { defineConfig } from 'playwright/test';

/** The system's Chromium where there is one; else the one that Playwright installed. */
const SYSTEM = '/usr/bin/chromium';

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/files',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    viewport: { width: 1440, height: 900 },
    launchOptions: { args: ['--no-sandbox'], ...(existsSync(SYSTEM) ? { executablePath: SYSTEM } : {}) },
  },
});
