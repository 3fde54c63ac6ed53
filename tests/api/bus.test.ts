/** The agent bus, as other agents meet it: a folder beside a running server. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { validate } from '@readme/openapi-parser';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Completion } from '../../src-main/api/bus/completion';
import type { Document, UploadResult } from '../../src-main/contract/documents';
import type { Project } from '../../src-main/contract/projects';
import { pause, SAMPLES, startServer, type TestServer, temporaryFolder } from '../support/server';

const ENV = { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' };
const WAIT_MS = 15_000;

/** One bus folder, which may outlive several servers. */
class BusFolder {
  private readonly made = temporaryFolder();
  readonly path = join(this.made.path, 'bus');
  readonly dataDir = join(this.made.path, 'data');
  server: TestServer | null = null;

  async start(): Promise<TestServer> {
    this.server = await startServer({ dataDir: this.dataDir, args: ['--bus', this.path], env: ENV });
    return this.server;
  }

  task(name: string): string {
    mkdirSync(join(this.path, 'tasks'), { recursive: true });
    return join(this.path, 'tasks', name);
  }

  put(name: string, content: unknown): void {
    writeFileSync(this.task(`${name}.json`), typeof content === 'string' ? content : JSON.stringify(content));
  }

  read = <T = Record<string, unknown>>(path: string): T => JSON.parse(readFileSync(join(this.path, path), 'utf8')) as T;

  async until<T>(what: string, look: () => T | null | undefined | false): Promise<T> {
    for (const end = Date.now() + WAIT_MS; Date.now() < end; ) {
      const found = look();
      if (found) return found;
      await pause(20);
    }
    throw new Error(`${what} did not happen; there is ${readdirSync(this.path, { recursive: true }).join(', ')}\n${this.server?.stderr()}`);
  }

  completion(name: string): Promise<Completion> {
    const path = `tasks/${name}-completion.json`;
    return this.until(`the completion of ${name}`, () => existsSync(join(this.path, path)) && this.read<Completion>(path));
  }

  async do(name: string, content: unknown): Promise<Completion> {
    this.put(name, content);
    return this.completion(name);
  }

  async close(): Promise<void> {
    await this.server?.stop();
    this.made.remove();
  }
}

describe('agent bus', () => {
  let bus: BusFolder;
  beforeAll(async () => {
    bus = new BusFolder();
    await bus.start();
  });
  afterAll(() => bus.close());

  it('says which groups serve, and where their contracts are', async () => {
    const ready = bus.read<{ endpoints: { method: string; path: string; description: string }[]; contract: string }>('ready/projects.json');
    expect(ready).toMatchObject({ service: 'projects', stage: 'Stage1', status: 'ready', timestamp: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect(ready.endpoints).toContainEqual({ method: 'POST', path: '/api/projects', description: 'Create a project' });
    expect(JSON.stringify(ready)).not.toContain(bus.server?.ready.token);
    for (const name of readdirSync(join(bus.path, 'contracts'))) {
      expect(name).toMatch(/^Stage1-api-\w+\.json$/);
      expect(await validate(bus.read(`contracts/${name}`) as Parameters<typeof validate>[0]), name).toMatchObject({ valid: true });
    }
    expect(Object.keys(bus.read<{ paths: object }>(ready.contract).paths)).toEqual(
      expect.arrayContaining(['/api/projects', '/api/projects/{id}']),
    );
  });

  it('runs an operation by its name and one by its route, and says what came of it', async () => {
    const created = await bus.do('Stage1-task-001', { id: 'a-1', operation: 'projects.create', input: { name: 'By the bus' } });
    expect(created).toMatchObject({
      ...{ task: 'Stage1-task-001', id: 'a-1', operation: 'projects.create', status: 'completed', executed: true, error: null },
      output: {
        files: [],
        endpoints: [{ method: 'POST', path: '/api/projects', description: 'Create a project' }],
        ready_signal: 'ready/projects.json',
        result: { name: 'By the bus' },
      },
    });
    const { id } = created.output.result as Project;
    const got = await bus.do('Stage2-task-002', { id: 'a-2', action: `GET /api/projects/${id}/` });
    expect(got.output.result).toMatchObject({ id, name: 'By the bus' });
    const renamed = await bus.do('Stage2-task-003', {
      task: { operation: 'PUT /api/projects/{id}', params: { id }, payload: { name: 'New' } },
    });
    expect(renamed.output.result).toMatchObject({ id, name: 'New' });
    const listed = await bus.do('Stage2-task-004', { method: 'GET', path: '/api/projects?limit=1' });
    expect(listed.output.result).toMatchObject({ items: [{ id }] });
    expect((await bus.server?.get<Project>(`/api/projects/${id}`))?.body.data.name).toBe('New');
  });

  it('takes documents from its folder, answers questions from them, and gives the original back as a file', async () => {
    const { id: project_id } = (await bus.do('Stage1-task-010', { operation: 'projects.create', input: { name: 'Docs' } })).output
      .result as Project;
    mkdirSync(join(bus.path, 'inbox'));
    copyFileSync(join(SAMPLES, 'annual-report.pdf'), join(bus.path, 'inbox/report.pdf'));
    const uploaded = await bus.do('Stage1-task-011', { operation: 'documents.upload', input: { project_id, files: ['inbox/report.pdf'] } });
    expect(uploaded.error).toBeNull();
    const document = (uploaded.output.result as UploadResult).items[0]?.document as Document;
    expect(document.filename).toBe('report.pdf');
    await bus.server?.waitFor(document.id);
    const asked = await bus.do('Stage1-task-012', { operation: 'chat.ask', input: { project_id, message: 'Who chairs the board?' } });
    expect(asked.output.result).toMatchObject({ message: { citations: [{ filename: 'report.pdf' }] } });
    const [file = ''] = (await bus.do('Stage1-task-013', { operation: 'documents.file', input: { id: document.id } })).output.files;
    expect(readFileSync(join(bus.path, file)).equals(readFileSync(join(SAMPLES, 'annual-report.pdf')))).toBe(true);
  });

  it.each([
    ['no JSON', '{"id": 1,,}', 'BAD_REQUEST', 'JSON'],
    ['an empty file', '', 'BAD_REQUEST', 'JSON'],
    ['no object', '[1, 2]', 'BAD_REQUEST', 'object'],
    ['no operation', { id: 'x-1', input: {} }, 'BAD_REQUEST', 'operation'],
    ['an unknown operation', { id: 'x-2', operation: 'projects.explode' }, 'NOT_FOUND', 'projects.create'],
    ['an unknown route', { id: 'x-3', operation: 'POST /api/nothing' }, 'NOT_FOUND', '/api/nothing'],
    ['a wrong input', { id: 'x-4', operation: 'projects.create', input: { name: 5 } }, 'VALIDATION_FAILED', 'name'],
    ['a missing input', { id: 'x-5', operation: 'projects.create' }, 'VALIDATION_FAILED', 'name'],
    ['an operation that fails', { id: 'x-6', operation: 'projects.get', input: { id: 'nobody' } }, 'NOT_FOUND', 'nobody'],
    [
      'an operation of the window',
      { id: 'x-7', operation: 'documents.import', input: { project_id: 'p', paths: ['/etc/passwd'] } },
      'FORBIDDEN',
      'window',
    ],
    ['a stream', { id: 'x-8', operation: 'chat.stream', input: { project_id: 'p', message: 'x' } }, 'FORBIDDEN', 'chat.ask'],
    ['an operation of the administrator', { id: 'x-9', operation: 'tokens.create', input: { name: 'x' } }, 'FORBIDDEN', 'admin'],
    [
      'a file outside the folder',
      { operation: 'documents.upload', input: { project_id: 'p', files: '../../etc/passwd' } },
      'NOT_FOUND',
      'passwd',
    ],
    ['an absolute file', { operation: 'documents.upload', input: { project_id: 'p', files: '/etc/passwd' } }, 'FORBIDDEN', 'outside'],
  ])('answers %s with an error, keeps the task, and goes on', async (what, content, code, said) => {
    const name = `Stage3-task-${what.replaceAll(' ', '_')}`;
    const completion = await bus.do(name, content);
    expect(completion).toMatchObject({ task: name, status: 'error', error: { code, message: expect.stringContaining(said) } });
    expect(existsSync(bus.task(`${name}.json`))).toBe(true);
    expect((await bus.do(`${name}-next`, { operation: 'projects.list' })).status).toBe('completed');
  });

  it('refuses what is too large without reading it', async () => {
    bus.put('Stage3-task-huge', `{"id":"huge","operation":"projects.create","input":{"name":"${'x'.repeat(3_000_000)}"}}`);
    expect((await bus.completion('Stage3-task-huge')).error).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      details: { limit_bytes: 1048576 },
    });
  });

  it('follows no links, and waits for no pipe', async () => {
    const secret = join(bus.dataDir, 'secret.json');
    writeFileSync(secret, JSON.stringify({ operation: 'projects.create', input: { name: 'Linked' } }));
    symlinkSync(secret, bus.task('Stage3-task-link.json'));
    spawnSync('mkfifo', [bus.task('Stage3-task-pipe.json')]);
    for (const name of ['Stage3-task-link', 'Stage3-task-pipe']) {
      expect((await bus.completion(name)).error).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('plain file') });
    }
    symlinkSync(secret, join(bus.path, 'linked.md'));
    const upload = await bus.do('Stage3-task-linked-upload', {
      operation: 'documents.upload',
      input: { project_id: 'p', file: 'linked.md' },
    });
    expect(upload.error).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('outside') });
  });

  it('waits for a file that is written in pieces, and does others meanwhile', async () => {
    const path = bus.task('Stage3-task-slow.json');
    writeFileSync(path, '{"id":"slow","operation":"projects.cr');
    expect((await bus.do('Stage3-task-quick', { operation: 'projects.list' })).status).toBe('completed');
    expect(existsSync(bus.task('Stage3-task-slow-completion.json'))).toBe(false);
    appendFileSync(path, 'eate","input":{"name":"Slowly"}}');
    expect((await bus.completion('Stage3-task-slow')).output.result).toMatchObject({ name: 'Slowly' });
  });

  it('tries a refused task again once it is corrected', async () => {
    expect((await bus.do('Stage3-task-fix', { id: 'fix', operation: 'projects.make' })).status).toBe('error');
    bus.put('Stage3-task-fix', { id: 'fix', operation: 'projects.create', input: { name: 'Corrected' } });
    const completion = await bus.until('the correction', () => {
      const found = bus.read<Completion>('tasks/Stage3-task-fix-completion.json');
      return found.status === 'completed' && found;
    });
    expect(completion.output.result).toMatchObject({ name: 'Corrected' });
  });

  it('does many at once, each once', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `Stage4-task-${index}`);
    for (const name of names) {
      writeFileSync(bus.task(`.${name}`), JSON.stringify({ id: name, operation: 'projects.create', input: { name } }));
      renameSync(bus.task(`.${name}`), bus.task(`${name}.json`));
    }
    for (const name of names) expect((await bus.completion(name)).status).toBe('completed');
    const { items } = ((await bus.server?.get<{ items: Project[] }>('/api/projects?limit=200'))?.body.data ?? { items: [] }) as {
      items: Project[];
    };
    expect(
      items
        .filter(({ name }) => name.startsWith('Stage4'))
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...names].sort());
    expect(readdirSync(join(bus.path, 'tasks')).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('agent bus over restarts', () => {
  const folders: BusFolder[] = [];
  const folder = () => {
    const made = new BusFolder();
    folders.push(made);
    return made;
  };
  afterEach(async () => {
    for (const made of folders.splice(0)) await made.close();
  });

  it('does what lay there before it started', async () => {
    const bus = folder();
    bus.put('Stage1-task-1', { id: 'early', operation: 'projects.create', input: { name: 'Early' } });
    await bus.start();
    expect((await bus.completion('Stage1-task-1')).output.result).toMatchObject({ name: 'Early' });
  });

  it('does an id once, also after a restart, and says which task did it', async () => {
    const bus = folder();
    const task = { id: 'once', operation: 'projects.create', input: { name: 'Once' } };
    await bus.start();
    expect((await bus.do('Stage1-task-1', task)).status).toBe('completed');
    expect((await bus.do('Stage1-task-2', task)).error).toMatchObject({ code: 'CONFLICT', details: { first: 'Stage1-task-1' } });
    await bus.server?.stop();
    const server = await bus.start();
    expect((await bus.do('Stage1-task-3', task)).error).toMatchObject({ code: 'CONFLICT', details: { first: 'Stage1-task-1' } });
    expect((await server.get<{ items: Project[] }>('/api/projects')).body.data.items).toHaveLength(1);
  });

  it('tries a refused task again that was corrected while it was away', async () => {
    const bus = folder();
    await bus.start();
    expect((await bus.do('Stage1-task-1', { id: 'fix', operation: 'projects.make' })).status).toBe('error');
    expect((await bus.do('Stage1-task-2', { id: 'left', operation: 'projects.make' })).status).toBe('error');
    await bus.server?.stop();
    bus.put('Stage1-task-1', { id: 'fix', operation: 'projects.create', input: { name: 'Corrected' } });
    await bus.start();
    const completion = await bus.until('the correction', () => {
      const found = bus.read<Completion>('tasks/Stage1-task-1-completion.json');
      return found.status === 'completed' && found;
    });
    expect(completion.output.result).toMatchObject({ name: 'Corrected' });
    expect(bus.read<Completion>('tasks/Stage1-task-2-completion.json').status).toBe('error');
  });

  it('does not repeat a change that a killed process had begun', async () => {
    const bus = folder();
    bus.put('Stage1-task-1', { id: 'cut', operation: 'projects.create', input: { name: 'Cut' } });
    bus.put('Stage1-task-2', { id: 'cut', operation: 'projects.create', input: { name: 'Cut' } });
    writeFileSync(bus.task('.Stage1-task-1.claim'), JSON.stringify({ id: 'cut', started_at: new Date().toISOString() }));
    const server = await bus.start();
    expect(await bus.completion('Stage1-task-1')).toMatchObject({ status: 'error', executed: true, error: { code: 'UNAVAILABLE' } });
    expect((await bus.completion('Stage1-task-2')).error?.code).toBe('CONFLICT');
    expect((await server.get<{ items: Project[] }>('/api/projects')).body.data.items).toEqual([]);
  });

  it('says that it has stopped', async () => {
    const bus = folder();
    await (await bus.start()).stop();
    expect(bus.read('ready/projects.json')).toMatchObject({ service: 'projects', status: 'stopped' });
  });

  it('replaces a link in the place of a completion instead of following it', async () => {
    const bus = folder();
    const victim = join(bus.path, '..', 'victim.txt');
    writeFileSync(bus.task('x'), '');
    writeFileSync(victim, 'untouched');
    await bus.start();
    unlinkSync(join(bus.path, 'ready/jobs.json'));
    symlinkSync(victim, join(bus.path, 'ready/jobs.json'));
    await bus.server?.stop();
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
    expect(bus.read('ready/jobs.json')).toMatchObject({ status: 'stopped' });
  });

  it('ends with 2 when the folder cannot be used', async () => {
    const bus = folder();
    mkdirSync(join(bus.path, '..'), { recursive: true });
    writeFileSync(bus.path, 'a file');
    await expect(bus.start()).rejects.toThrow(/exited with 2[\s\S]*--bus/);
  });
});
