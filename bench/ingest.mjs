/** From upload to searchable and to ready, against pdfium alone (text only) in the same run, and search while and after. */
import { readFileSync } from 'node:fs';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { percentile, report, SAMPLE, startServer } from './server.mjs';

const path = process.argv[2] ?? SAMPLE;

async function pdfiumAlone() {
  const library = await PDFiumLibrary.init();
  const began = performance.now();
  const document = await library.loadDocument(readFileSync(path));
  let pages = 0;
  for (const page of document.pages()) {
    page.getText();
    pages += 1;
  }
  document.destroy();
  library.destroy();
  return pages / ((performance.now() - began) / 1000);
}

/** The longest time that a health request took while `work` ran, in milliseconds: what a stalled event loop would show. */
async function worstAnswer(server, work) {
  let busy = true;
  const waits = [];
  const probe = (async () => {
    while (busy) {
      const began = performance.now();
      await server.call('GET', '/api/health');
      waits.push(performance.now() - began);
      await new Promise((resume) => setTimeout(resume, 10));
    }
  })();
  const result = await work();
  busy = false;
  await probe;
  return { result, worst: Math.max(...waits), p99: percentile(waits, 0.99) };
}

const server = await startServer();
const project = (await server.call('POST', '/api/projects', { name: 'bench' })).id;
const alone = await pdfiumAlone();
const began = performance.now();
const { id } = await server.upload(project, path);
const parse = await worstAnswer(server, () => server.until(id, ['searchable', 'embedding', 'ready']));
const searchable = (performance.now() - began) / 1000;
const embed = await worstAnswer(server, () => server.until(id, ['ready']));
const { pages, chunks } = embed.result.document;
const rate = pages / searchable;
report(
  'upload to searchable',
  rate.toFixed(0),
  'pages/s',
  `${(rate / alone).toFixed(2)} × pdfium's text alone (${alone.toFixed(0)} pages/s); ${pages} pages`,
);
report('searchable to ready (vectors)', (chunks / embed.result.seconds).toFixed(0), 'chunks/s', `${chunks} chunks`);
report(
  'a health request meanwhile, p99 / worst',
  `${Math.max(parse.p99, embed.p99).toFixed(0)}/${Math.max(parse.worst, embed.worst).toFixed(0)}`,
  'ms',
  'limit 50 ms p99',
);
for (const mode of ['keyword', 'vector', 'hybrid']) {
  const times = [];
  for (let run = 0; run < 60; run += 1) {
    const start = performance.now();
    await server.call('POST', '/api/search', { project_id: project, query: `revenue of the year and costs ${run}`, mode });
    times.push(performance.now() - start);
  }
  report(
    `search, ${mode}, p50 / p95`,
    `${percentile(times, 0.5).toFixed(0)}/${percentile(times, 0.95).toFixed(0)}`,
    'ms',
    `${(percentile(times, 0.95) / 100).toFixed(2)} × the limit of 100 ms`,
  );
}
report('memory after all that', Math.round(server.rss() / 1024 / 1024), 'MiB', 'limit 600 MB while ingesting');
await server.stop();
