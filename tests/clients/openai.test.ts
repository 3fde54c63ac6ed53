/** The official OpenAI client for Python works unchanged. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Library, openLibrary } from '../api/library';
import { runPythonCommand } from '../support/python';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library.close());

it('lists, completes, streams, parses, calls tools, answers from documents, embeds, raises the right exceptions, asks at once, and leaves', async () => {
  const { url, token } = library.server.ready;
  const { code, output } = await runPythonCommand('python', [join(import.meta.dirname, 'openai-client.py'), url, token, 'Doors'], {
    limitMs: 240_000,
  });
  expect(output).not.toContain('Traceback');
  expect({ code, last: output.trim().split('\n').at(-1) }).toEqual({ code: 0, last: 'limit ok' });
}, 260_000);
