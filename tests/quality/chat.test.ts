/** With the real chat model: whatever it writes, the answer ends with the right page among confirmed quotes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChatAnswer } from '../../src-main/contract/chat';
import { SAMPLES, startServer, type TestServer, temporaryFolder } from '../support/server';

interface Fact {
  question: string;
  document: string;
  page: number | null;
}

const DOCUMENT = 'two-columns.pdf';
const { facts } = JSON.parse(readFileSync(join(SAMPLES, 'facts.json'), 'utf8')) as { facts: Fact[] };
const asked = facts.filter(({ document }) => document === DOCUMENT);
const home = temporaryFolder();
let server: TestServer;

beforeAll(async () => {
  server = await startServer({ dataDir: home.path });
}, 60_000);

afterAll(async () => {
  await server.stop();
  home.remove();
});

it('ends with the right page among the confirmed quotes, and marks that all have their citation', async () => {
  const project_id = (await server.createProject('Chat')).id;
  await server.ingest(project_id, join(SAMPLES, DOCUMENT));
  let right = 0;
  for (const { question, page } of asked) {
    const { body } = await server.post<ChatAnswer>('/api/chat', { project_id, message: question });
    const { content, citations } = body.data.message;
    const used = [...content.matchAll(/\[(\d{1,2})\]/g)].map(([, n]) => Number(n));
    expect(new Set(used)).toEqual(new Set(citations.map(({ n }) => n)));
    if (citations.some((one) => one.supported && one.page === page)) right += 1;
  }
  expect(asked.length).toBeGreaterThanOrEqual(3);
  expect(right / asked.length).toBeGreaterThanOrEqual(0.75);
}, 240_000);

it('ends in order also with the models loaded', async () => {
  expect(await server.stop('SIGTERM')).toBe(0);
});
