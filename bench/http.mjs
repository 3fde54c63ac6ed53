/** Reads a second over HTTP against a bare Express handler and FastAPI on the same query, and reads while a large document is taken in. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import autocannon from 'autocannon';
import { median, ROOT, report, SAMPLE, startServer } from './server.mjs';

const DOCUMENTS = 200;
const ROUNDS = 2;
const SECONDS = 4;
const CONNECTIONS = 32;
const path = (project_id) => `/api/documents?project_id=${project_id}&limit=20`;

const server = await startServer(undefined, { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_RATE_LIMIT: '0' });
const { id: project_id } = await server.call('POST', '/api/projects', { name: 'Bench' });
await fill();
const library = join(server.dataDir, 'library.sqlite');
const express = await rival(process.execPath, [join(ROOT, 'bench/rivals/express.mjs'), library]);
const python = process.env.PRESSMARK_PYTHON ?? join(ROOT, '.cache/python/bin/python');
const fastapi = existsSync(python) ? await rival(python, [join(ROOT, 'bench/rivals/fastapi_list.py'), library]) : null;

const rates = { pressmark: [], express: [], fastapi: [] };
for (let round = 0; round < ROUNDS; round += 1) {
  rates.pressmark.push(await load(server.ready.url));
  rates.express.push(await load(express.url));
  if (fastapi) rates.fastapi.push(await load(fastapi.url));
}
const rate = median(rates.pressmark.map((result) => result.requests.average));
const bare = median(rates.express.map((result) => result.requests.average));
report('reads a second, 20 rows, 32 connections', Math.round(rate), 'req/s', `p95 ${rates.pressmark[0].latency.p97_5} ms (p97.5)`);
report('  against bare Express 5 + better-sqlite3', (rate / bare).toFixed(2), '×', `${Math.round(bare)} req/s; limit 0.7`);
if (fastapi) {
  const slow = median(rates.fastapi.map((result) => result.requests.average));
  report('  against FastAPI + uvicorn + sqlite3', (rate / slow).toFixed(2), '×', `${Math.round(slow)} req/s; limit 1`);
} else report('  against FastAPI', '-', '', 'no Python environment: run npm test once');
express.stop();
fastapi?.stop();

await whileIngesting();
await server.stop();

async function fill() {
  const ids = [];
  for (let from = 0; from < DOCUMENTS; from += 50) {
    const form = new FormData();
    form.set('project_id', project_id);
    for (let n = from; n < from + 50; n += 1)
      form.append('file', new Blob([`Note ${n}. The fee of item ${n} is ${n * 7} euros.`]), `note ${n}.txt`);
    ids.push(...(await server.call('POST', '/api/documents/upload', form)).items.map(({ document }) => document.id));
  }
  for (const id of ids) await server.until(id, ['ready']);
}

function rival(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((done) =>
    createInterface({ input: child.stdout }).once('line', (port) => done({ url: `http://127.0.0.1:${port}`, stop: () => child.kill() })),
  );
}

/** From a process of its own, so that making the load takes nothing from what is measured but its share of the cores. */
function load(url, options = {}) {
  const headers = { authorization: `Bearer ${server.ready.token}` };
  return autocannon({ url: url + path(project_id), connections: CONNECTIONS, duration: SECONDS, headers, ...options }).then((result) => {
    if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} errors`);
    return result;
  });
}

/** 1,000 requests a second while a PDF is parsed and embedded. */
async function whileIngesting() {
  const { id } = await server.upload(project_id, SAMPLE, 'report.pdf');
  const result = await load(server.ready.url, { overallRate: 1000, duration: 15 });
  const { document } = { document: await server.call('GET', `/api/documents/${id}`) };
  const state = `${document.state} ${document.embedded_chunks}/${document.chunks} chunks at the end`;
  report('reads a second while a 120-page PDF is taken in', Math.round(result.requests.average), 'req/s', state);
  report(
    '  95 % of them within (autocannon gives p97.5)',
    result.latency.p97_5,
    'ms',
    `limit 50; median ${result.latency.p50} ms, p99 ${result.latency.p99} ms`,
  );
}
