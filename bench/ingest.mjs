/** From upload to searchable, against pdfium alone (text without positions) in the same run: a report of 123 pages, one of 1,000, or FILE. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { writeLongPdf } from './long-pdf.mjs';
import { percentile, report, SAMPLE, startServer } from './server.mjs';

async function pdfiumAlone(path) {
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

async function measure(path) {
  const server = await startServer(undefined, { PRESSMARK_RATE_LIMIT: '0', PRESSMARK_CHAT_MODEL: 'none' });
  const project = (await server.call('POST', '/api/projects', { name: 'bench' })).id;
  const alone = await pdfiumAlone(path);
  const began = performance.now();
  const { id } = await server.upload(project, path);
  const parse = await worstAnswer(server, () => server.until(id, ['searchable', 'embedding', 'ready']));
  const searchable = (performance.now() - began) / 1000;
  const { pages } = parse.result.document;
  const rate = pages / searchable;
  const against = `${(rate / 200).toFixed(2)} × the limit of 200; ${(rate / alone).toFixed(2)} × pdfium's text alone (${alone.toFixed(0)})`;
  report(`${pages} pages, upload to searchable`, rate.toFixed(0), 'pages/s', against);
  report('  a health request meanwhile, p99 / worst', `${parse.p99.toFixed(0)}/${parse.worst.toFixed(0)}`, 'ms', 'limit 50 ms p99');
  report('  peak memory until then', Math.round(server.peak() / 1024 / 1024), 'MiB', 'limit 600 MB');
  if (pages < 300) {
    const embed = await worstAnswer(server, () => server.until(id, ['ready']));
    const { chunks } = embed.result.document;
    report('  searchable to ready (vectors)', (chunks / embed.result.seconds).toFixed(0), 'chunks/s', `${chunks} chunks`);
  } else {
    // Ten seconds of embedding on top: memory does not grow with the length of a document.
    await new Promise((resume) => setTimeout(resume, 10_000));
    report('  peak memory, embedding for ten seconds', Math.round(server.peak() / 1024 / 1024), 'MiB', 'limit 600 MB');
  }
  await server.stop();
}

const given = process.argv[2];
if (given) await measure(given);
else {
  await measure(SAMPLE);
  const folder = mkdtempSync(join(tmpdir(), 'pressmark-bench-'));
  await writeLongPdf(join(folder, 'long.pdf'), 1_000);
  await measure(join(folder, 'long.pdf'));
  rmSync(folder, { recursive: true });
}
