/** Unit, port and API tests; the window's tests run under Playwright (tests/e2e). */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/e2e/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      reporter: ['json'],
      reportsDirectory: 'coverage/vitest',
      include: ['src-main/**'],
      reportOnFailure: true,
    },
  },
});
