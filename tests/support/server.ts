/** Starts the real headless server as a child process and speaks to it over HTTP, as any client would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, openAsBlob, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Ready } from '../../src-main/app/ready';
import type { Document, UploadResult } from '../../src-main/contract/documents';
import type { Job } from '../../src-main/contract/jobs';
import type { Project } from '../../src-main/contract/projects';

export const ROOT = resolve(import.meta.dirname, '../..');
export const SAMPLES = join(ROOT, 'tests/samples');
const START_MS = 20_000;

export interface Envelope<T = unknown> {
  status: 'success' | 'error';
  data: T;
  message: string;
  timestamp: string;
  error?: { code: string; message: string; details: Record<string, unknown> };
}

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: Envelope<T>;
}

/** A temporary folder; call `remove` when done. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'pressmark-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

interface StartOptions {
  dataDir: string;
  args?: string[];
  env?: Record<string, string>;
  /** A command that runs the command after it: `['unshare', '-rm', 'sh', '-c', 'exec "$@"', 'sh']`. */
  wrap?: string[];
  /** How long it may take to its ready line, in milliseconds. */
  startMs?: number;
}

/** A server started by `startServer`. */
export class TestServer {
  constructor(
    readonly process: ChildProcess,
    readonly ready: Ready,
    readonly stderr: () => string,
  ) {}

  /** One request to a route below the root; bodies that are plain objects are sent as JSON. */
  async request<T = unknown>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const json = body !== undefined && !(body instanceof FormData);
    const response = await fetch(new URL(path, this.ready.url), {
      method,
      headers: { authorization: `Bearer ${this.ready.token}`, ...(json ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : (body as FormData) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Envelope<T> };
  }

  get = <T = unknown>(path: string) => this.request<T>('GET', path);
  post = <T = unknown>(path: string, body?: unknown) => this.request<T>('POST', path, body);

  async createProject(name = 'Test'): Promise<Project> {
    return (await this.post<Project>('/api/projects/', { name })).body.data;
  }

  async upload(project_id: string, ...paths: string[]): Promise<Answer<UploadResult>> {
    const form = new FormData();
    form.set('project_id', project_id);
    for (const path of paths) form.append('file', await openAsBlob(path), basename(path));
    return this.post<UploadResult>('/api/documents/upload', form);
  }

  /** Polls until the document is in one of the states; throws when it failed instead, or after `limitMs`. */
  async waitFor(document_id: string, states: Document['state'][] = ['ready'], limitMs = 60_000): Promise<Document> {
    const until = Date.now() + limitMs;
    while (Date.now() < until) {
      const { data } = (await this.get<Document>(`/api/documents/${document_id}`)).body;
      if (states.includes(data.state)) return data;
      if (data.state === 'failed') throw new Error(`document failed: ${JSON.stringify(data.error)}`);
      await pause(100);
    }
    throw new Error(`document ${document_id} did not become ${states.join('/')} in ${limitMs} ms\n${this.stderr().slice(-2000)}`);
  }

  async job(id: string): Promise<Job> {
    return (await this.get<Job>(`/api/jobs/${id}`)).body.data;
  }

  /** Uploads and waits until everything is ready; returns the documents. */
  async ingest(project_id: string, ...paths: string[]): Promise<Document[]> {
    const { body } = await this.upload(project_id, ...paths);
    const ids = body.data.items.map(({ document, error }) => {
      if (!document) throw new Error(`not accepted: ${JSON.stringify(error)}`);
      return document.id;
    });
    return Promise.all(ids.map((id) => this.waitFor(id)));
  }

  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return Promise.resolve(this.process.exitCode);
    return new Promise((done) => {
      this.process.once('exit', (code) => done(code));
      this.process.kill(signal);
    });
  }
}

export const pause = (ms: number) => new Promise<void>((resume) => setTimeout(resume, ms));

/** Runs `dist/main/server.cjs` on any free port and waits for its ready line. */
export async function startServer({ dataDir, args = [], env = {}, wrap = [], startMs = START_MS }: StartOptions): Promise<TestServer> {
  const [command = '', ...rest] = [
    ...wrap,
    process.execPath,
    join(ROOT, 'dist/main/server.cjs'),
    '--data-dir',
    dataDir,
    '--port',
    '0',
    ...args,
  ];
  const child = spawn(command, rest, {
    env: { ...process.env, PRESSMARK_CHECK_ANSWERS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (piece) => {
    stderr += piece;
  });
  const ready = await new Promise<Ready>((done, fail) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(new Error(`no ready line in ${startMs} ms\n${stderr}`));
    }, startMs);
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer);
      done(JSON.parse(line) as Ready);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(new Error(`the server exited with ${code}\n${stderr}`));
    });
  });
  return new TestServer(child, ready, () => stderr);
}
