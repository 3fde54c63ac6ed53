/** Are the right pages cited? Every fact of the samples, asked of the real program; the figures are printed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChatAnswer, Message } from '../../src-main/contract/chat';
import { SAMPLES, startServer, type TestServer, temporaryFolder } from '../support/server';

interface Fact {
  question: string;
  document: string;
  page: number | null;
  phrase: string;
}

const { facts, unanswerable } = JSON.parse(readFileSync(join(SAMPLES, 'facts.json'), 'utf8')) as { facts: Fact[]; unanswerable: string[] };
const home = temporaryFolder();
let server: TestServer;
let project_id: string;
/** Text of every document, to check quotes against. */
const contents = new Map<string, string>();

async function ask(message: string): Promise<Message> {
  const { body } = await server.post<ChatAnswer>('/api/chat', { project_id, message });
  return body.data.message;
}

const same = (text: string) => text.replace(/\s+/g, ' ').toLowerCase();
const names = (document: string) => (citation: { filename: string }) => citation.filename === document;

beforeAll(async () => {
  server = await startServer({ dataDir: home.path, env: { PRESSMARK_CHAT_MODEL: 'none' } });
  project_id = (await server.createProject('Facts')).id;
  const paths = [...new Set(facts.map(({ document }) => document))].map((name) => join(SAMPLES, name));
  for (const document of await server.ingest(project_id, ...paths)) contents.set(document.id, document.content ?? '');
}, 240_000);

afterAll(async () => {
  await server.stop();
  home.remove();
});

it('cites the page that holds the fact, with a quote that is literally there', async () => {
  const misses: string[] = [];
  let first = 0;
  let found = 0;
  let quoted = 0;
  for (const { question, document, page, phrase } of facts) {
    const { citations } = await ask(question);
    for (const { document_id, char_start, char_end, quote } of citations) {
      expect([...(contents.get(document_id) ?? '')].slice(char_start, char_end).join('')).toBe(quote);
    }
    const right = citations.filter(names(document)).filter((one) => page === null || one.page === page);
    if (right.length > 0) found += 1;
    else misses.push(`${question} (${document} ${page}) → ${citations.map((one) => `${one.filename} ${one.page}`).join(', ')}`);
    if (right[0]?.n === 1) first += 1;
    if (right.some(({ quote }) => same(quote).includes(same(phrase)))) quoted += 1;
  }
  console.log(`facts: ${facts.length}, right page first ${first}, among the cited ${found}, phrase quoted ${quoted}\n${misses.join('\n')}`);
  expect(found / facts.length).toBeGreaterThanOrEqual(0.85);
  expect(first / facts.length).toBeGreaterThanOrEqual(0.7);
}, 240_000);

it('says so when the documents do not answer', async () => {
  const answered: string[] = [];
  for (const question of unanswerable) if ((await ask(question)).answered) answered.push(question);
  console.log(`unanswerable: ${unanswerable.length}, answered all the same ${answered.length}\n${answered.join('\n')}`);
  expect(answered.length / unanswerable.length).toBeLessThanOrEqual(0.3);
}, 120_000);

it('answers a follow-up from the conversation', async () => {
  const first = await server.post<ChatAnswer>('/api/chat', { project_id, message: 'How many blasts of foghorns were recorded?' });
  const { conversation_id } = first.body.data;
  const second = await server.post<ChatAnswer>('/api/chat', { project_id, conversation_id, message: 'And where were they recorded?' });
  expect(second.body.data.conversation_id).toBe(conversation_id);
  expect(second.body.data.message.citations.map(({ quote }) => quote).join(' ')).toMatch(/Humber|estuar/i);
  const { data } = (await server.get<{ items: Message[] }>(`/api/conversations/${conversation_id}/messages`)).body;
  expect(data.items.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
}, 60_000);
