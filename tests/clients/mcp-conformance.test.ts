/** The conformance suite of the MCP project, against a running server. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Library, openLibrary } from '../api/library';
import { bearerProxy } from '../support/bearer-proxy';
import { temporaryFolder } from '../support/server';

const require = createRequire(import.meta.url);
const SUITE = join(dirname(require.resolve('@modelcontextprotocol/conformance/package.json')), 'dist/index.js');
const EXPECTED_FAILURES = join(import.meta.dirname, 'mcp-conformance.yml');
const LIMIT_MS = 40_000;

const results = temporaryFolder();
let library: Library;
/** The suite can send no token. */
let proxy: Awaited<ReturnType<typeof bearerProxy>>;
beforeAll(async () => {
  library = await openLibrary({ PRESSMARK_CHAT_MODEL: 'none' });
  proxy = await bearerProxy(library.server.ready);
});
afterAll(async () => {
  proxy.close();
  await library.close();
  results.remove();
});

function run(...options: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const args = [SUITE, 'server', '--url', `${proxy.url}/mcp`, '-o', results.path, ...options];
    const child = execFile(process.execPath, args, { timeout: LIMIT_MS }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, output: `${stdout}\n${stderr}` }),
    );
  });
}

it(
  'finds nothing but the parts of its example server missing',
  async () => {
    const { code, output } = await run('--suite', 'all', '--expected-failures', EXPECTED_FAILURES);
    expect(code, output).toBe(0);
  },
  LIMIT_MS + 5_000,
);
