/** Reads a second over HTTP against a bare Express handler and FastAPI on the same query, and reads while a large document is taken in. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import autocannon from 'autocannon';
import { ensurePython, pythonCommands } from '../scripts/setup/python.mjs';
import { median, ROOT, report, SAMPLE, startServer } from './server.mjs';

const DOCUMENTS = 200;
const ROUNDS = 5;
const SECONDS = 3;
const CONNECTIONS = 32;
const path = (project_id) => `/api/documents?project_id=${project_id}&limit=20`;

const server = await startServer(undefined, { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_RATE_LIMIT: '0' });
const { id: project_id } = await server.call('POST', '/api/projects', { name: 'Bench' });
await fill();
const library = join(server.dataDir, 'library.sqlite');
const express = await rival(process.execPath, [join(ROOT, 'bench/rivals/express.mjs'), library]);
const fastapi = await fastapiRival();

const rates = { pressmark: [], express: [], fastapi: [] };
for (let round = 0; round < ROUNDS; round += 1) {
  rates.pressmark.push(await load(server.ready.url));
  rates.express.push(await load(express.url));
  if (fastapi) rates.fastapi.push(await load(fastapi.url));
}
const middle = (name) => median(rates[name].map(({ requests }) => requests.average));
/** Of the rounds' ratios, since the rounds of a busy machine differ more than what is compared. */
const against = (name) => median(rates.pressmark.map(({ requests }, round) => requests.average / rates[name][round].requests.average));
report('reads a second, 20 rows, 32 connections', Math.round(middle('pressmark')), 'req/s');
report(
  '  against bare Express 5 + better-sqlite3',
  against('express').toFixed(2),
  '×',
  `${Math.round(middle('express'))} req/s; limit 0.7`,
);
if (fastapi) {
  report('  against FastAPI + uvicorn + sqlite3', against('fastapi').toFixed(2), '×', `${Math.round(middle('fastapi'))} req/s; limit 1`);
} else report('  against FastAPI', '-', '', 'could not be installed here, see above');
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
  const run = autocannon({ url: url + path(project_id), connections: CONNECTIONS, duration: SECONDS, headers, ...options });
  const times = [];
  run.on('response', (_client, _status, _bytes, ms) => times.push(ms));
  return run.then((result) => {
    if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} errors`);
    return { ...result, p95: times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)] };
  });
}

/** Null, with the reason said, where Python or its packages cannot be had. */
async function fastapiRival() {
  try {
    await ensurePython('bench');
  } catch (error) {
    console.log(error.message);
    return null;
  }
  return rival(join(pythonCommands('bench'), 'python'), [join(ROOT, 'bench/rivals/fastapi_list.py'), library]);
}

/** 1,000 requests a second while a PDF is parsed and embedded. */
async function whileIngesting() {
  const { id } = await server.upload(project_id, SAMPLE, 'report.pdf');
  await loopDelays();
  const { requests, latency, p95 } = await load(server.ready.url, { overallRate: 1000, duration: 15 });
  const { p99, worst } = await loopDelays();
  const document = await server.call('GET', `/api/documents/${id}`);
  const state = `${document.state} ${document.embedded_chunks}/${document.chunks} chunks at the end`;
  report('reads a second while a 120-page PDF is taken in', Math.round(requests.average), 'req/s', state);
  report('  95 % of them within', Math.round(p95), 'ms', `limit 50; median ${latency.p50} ms, p99 ${latency.p99} ms`);
  report('  event loop, 99 % of its delays within', p99.toFixed(0), 'ms', `limit 50; worst ${worst.toFixed(0)} ms`);
}

/** Delays of the server's event loop in milliseconds since the last call: a scrape of /metrics begins a new measurement. */
async function loopDelays() {
  const response = await fetch(`${server.ready.url}/metrics`, { headers: { authorization: `Bearer ${server.ready.token}` } });
  const text = await response.text();
  const of = (name) => Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds ([\\d.e-]+)`, 'm').exec(text)?.[1]) * 1000;
  return { p99: of('p99'), worst: of('max') };
}
