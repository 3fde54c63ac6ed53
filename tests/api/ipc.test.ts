/** The window's door: the contract's client over a message channel, against a backend in this process. */
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient, safe } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Backend, startBackend } from '../../src-main/app/backend';
import { readConfig } from '../../src-main/app/config';
import type { Contract } from '../../src-main/contract';
import { ROOT, temporaryFolder } from '../support/server';

const folder = temporaryFolder();
const channel = new MessageChannel();
let backend: Backend;
let client: ContractRouterClient<Contract>;
beforeAll(async () => {
  const { config } = readConfig(['--data-dir', folder.path], {
    ...process.env,
    PRESSMARK_CHAT_MODEL: 'none',
    PRESSMARK_EMBEDDING_MODEL: 'none',
  });
  backend = await startBackend(config, 'cli');
  backend.connect(channel.port1);
  client = createORPCClient(new RPCLink({ port: channel.port2 }));
  channel.port2.start();
});
afterAll(async () => {
  channel.port1.close();
  await backend.stop();
  folder.remove();
});

it('serves calls, typed errors and what only the window may do', async () => {
  const { id: project_id } = await client.projects.create({ name: 'Window' });
  const missing = await safe(client.projects.get({ id: 'nowhere' }));
  expect(missing.isDefined && missing.error.code).toBe('NOT_FOUND');
  const { items } = await client.documents.import({ project_id, paths: [join(ROOT, 'README.md'), join(ROOT, 'no-such-file.md')] });
  expect(items.map(({ document, error }) => document?.filename ?? error?.code)).toEqual(['README.md', 'UNREADABLE']);
});

it('streams events to a window and stops when it closes its port', async () => {
  const { id: project_id } = await client.projects.create({ name: 'Stream' });
  const events = await client.system.events({});
  const next = events.next();
  await client.documents.upload({ project_id, file: new File(['Words through a channel.'], 'channel.md') });
  expect((await next).value).toMatchObject({ type: expect.stringMatching(/^(document|job)$/) });
  await events.return?.();
});
