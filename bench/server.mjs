/** Starts the built headless server for a measurement and speaks to it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, openAsBlob, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const ROOT = resolve(import.meta.dirname, '..');
export const SAMPLE = join(ROOT, 'tests/samples/annual-report.pdf');

/** Spawn to ready line, in milliseconds, is `startMs`. */
export async function startServer(dataDir = mkdtempSync(join(tmpdir(), 'pressmark-bench-')), env = {}) {
  const began = performance.now();
  const child = spawn(process.execPath, [join(ROOT, 'dist/main/server.cjs'), '--data-dir', dataDir, '--port', '0'], {
    env: { ...process.env, PRESSMARK_LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const ready = await new Promise((done) => createInterface({ input: child.stdout }).once('line', (line) => done(JSON.parse(line))));
  const startMs = performance.now() - began;
  const call = async (method, path, body) => {
    const response = await fetch(ready.url + path, {
      method,
      headers: { authorization: `Bearer ${ready.token}`, ...(body instanceof FormData ? {} : { 'content-type': 'application/json' }) },
      body: body instanceof FormData ? body : body && JSON.stringify(body),
    });
    const answer = await response.json();
    if (answer.status !== 'success') throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer.data;
  };
  return {
    dataDir,
    startMs,
    ready,
    call,
    /** Resident memory of the process in bytes (Linux). */
    rss: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
    /** Of that, what is not the library file seen as memory, which the system takes back when it needs room. */
    own: () => Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
    /** The most that it has been; threads count as the process they are of. */
    peak: () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
    async upload(project_id, path, name = basename(path)) {
      const form = new FormData();
      form.set('project_id', project_id);
      form.append('file', await openAsBlob(path), name);
      return (await call('POST', '/api/documents/upload', form)).items[0].document;
    },
    /** Seconds until the document is in one of the states. */
    async until(id, states) {
      const from = performance.now();
      for (;;) {
        const document = await call('GET', `/api/documents/${id}`);
        if (states.includes(document.state)) return { document, seconds: (performance.now() - from) / 1000 };
        if (document.state === 'failed') throw new Error(JSON.stringify(document.error));
        await new Promise((resume) => setTimeout(resume, 20));
      }
    },
    async stop({ keep = false } = {}) {
      child.kill('SIGTERM');
      await new Promise((done) => child.once('exit', done));
      if (!keep) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
export const percentile = (numbers, p) => numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * p))];
export const report = (name, value, unit, against = '') =>
  console.log(`${name.padEnd(52)} ${String(value).padStart(9)} ${unit.padEnd(9)} ${against}`);
