/** Schemathesis, a tester of other people's making, reads /openapi.json and tries the running server with all of its checks. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Library, openLibrary } from '../api/library';
import { modelsDir } from '../models/places';
import { runPythonCommand } from '../support/python';
import { temporaryFolder } from '../support/server';

const LIMIT_MS = 90_000;
const EXAMPLES_PER_OPERATION = '8';

const reports = temporaryFolder();
const models = temporaryFolder();
let library: Library;
beforeAll(async () => {
  // It deletes whatever can be deleted, so it gets models of its own.
  const name = 'bge-small-en-v1.5';
  await cp(join(modelsDir, name), join(models.path, name), { recursive: true });
  library = await openLibrary({ PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_RATE_LIMIT: '0', PRESSMARK_MODELS_DIR: models.path });
});
afterAll(async () => {
  await library.close();
  reports.remove();
  models.remove();
});

/** Takes archives that Pressmark made, which no schema can say. */
const OWN_FILES = ['projects.import'];
/** After these the caller's own token may be worth nothing, so they come last. */
const TOKEN_ENDING = ['tokens.rotateKey', 'tokens.rotate', 'tokens.revoke'];

function check(...chosen: string[]) {
  const { url, token } = library.server.ready;
  const options = [
    ...['--header', `Authorization: Bearer ${token}`],
    ...['--checks', 'all', '--phases', 'examples,coverage,fuzzing,stateful'],
    ...['--max-examples', EXAMPLES_PER_OPERATION, '--generation-deterministic', '--continue-on-failure', '--no-shrink'],
    ...['--no-color', '--request-timeout', '20', '--report', 'json', '--report-dir', reports.path],
  ];
  return runPythonCommand('schemathesis', ['run', `${url}/openapi.json`, ...options, ...chosen], { cwd: reports.path, limitMs: LIMIT_MS });
}

describe('schemathesis', () => {
  it('finds no answer that breaks the description or the rules of HTTP', async () => {
    const { code, output } = await check(...[...TOKEN_ENDING, ...OWN_FILES].flatMap((id) => ['--exclude-operation-id', id]));
    expect(code, output).toBe(0);
    expect(output).toMatch(/Tested: +[1-9]/);
    expect(output).not.toContain('Authentication failed');
    expect(library.server.stderr()).not.toContain('unexpected error');
  }, 120_000);

  it('finds none in what ends tokens either', async () => {
    const { code, output } = await check(...TOKEN_ENDING.flatMap((id) => ['--include-operation-id', id]));
    expect(code, output).toBe(0);
    expect(output).toMatch(/Tested: +3/);
    expect(library.server.stderr()).not.toContain('unexpected error');
    expect((await library.server.get('/api/health')).status).toBe(200);
  }, 120_000);
});
