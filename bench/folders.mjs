/** A followed folder of 10,000 small files: until all are looked at, until all are searchable, a look at nothing new, the server meanwhile. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProse } from './prose.mjs';
import { percentile, report, startServer } from './server.mjs';

const FILES = Number(process.argv[2] ?? 10_000);
const LIMIT_MS = 900_000;

const prose = createProse(5);
const KINDS = [
  ['md', () => `# ${prose(4)}\n\n${prose(120)}\n\n## ${prose(3)}\n\n${prose(90)}\n`],
  ['txt', () => `${prose(80)}\n\n${prose(60)}\n`],
  ['html', () => `<!doctype html><title>${prose(3)}</title><h1>${prose(4)}</h1><p>${prose(100)}</p>`],
  ['csv', () => `name,place,count\n${Array.from({ length: 20 }, (_, at) => `${prose(1)},${prose(1)},${at}`).join('\n')}\n`],
  ['json', () => JSON.stringify({ title: prose(3), notes: Array.from({ length: 6 }, () => prose(12)) })],
  ['eml', () => `From: a@example.org\nTo: b@example.org\nSubject: ${prose(5)}\nContent-Type: text/plain; charset=utf-8\n\n${prose(90)}\n`],
];

function fill(folder) {
  for (let at = 0; at < FILES; at += 1) {
    const inside = join(folder, `year-${at % 20}`, `month-${at % 12}`);
    mkdirSync(inside, { recursive: true });
    const [extension, make] = KINDS[at % KINDS.length];
    writeFileSync(join(inside, `file-${at}.${extension}`), make());
  }
}

const folder = mkdtempSync(join(tmpdir(), 'pressmark-bench-folder-'));
fill(folder);
const env = { PRESSMARK_RATE_LIMIT: '0', PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' };
const server = await startServer(undefined, env);
const { id: project } = await server.call('POST', '/api/projects', { name: 'Bench' });
const began = performance.now();
const seconds = (from) => (performance.now() - from) / 1000;
const { id } = await server.call('POST', `/api/projects/${project}/folders`, { path: folder });
const state = async () => (await server.call('GET', `/api/projects/${project}/folders/${id}`)).state;
const waits = [];
let scanned = 0;
for (let turn = 1; seconds(began) * 1000 < LIMIT_MS; turn += 1) {
  const asked = performance.now();
  await server.call('GET', '/api/health');
  waits.push(performance.now() - asked);
  await new Promise((resume) => setTimeout(resume, 15));
  if (turn % 50 !== 0) continue;
  if (scanned === 0 && (await state()) === 'watching') scanned = seconds(began);
  if (scanned > 0 && (await server.call('GET', '/api/system')).counts.jobs_open === 0) break;
}
const searchable = seconds(began);
report(`${FILES} files, until all were looked at`, scanned.toFixed(0), 's', `${(FILES / scanned).toFixed(0)} files/s`);
report('until all were searchable by words', searchable.toFixed(0), 's', `${(FILES / searchable).toFixed(0)} files/s`);
report(
  'a health request meanwhile, p50 / p99',
  `${percentile(waits, 0.5).toFixed(0)}/${percentile(waits, 0.99).toFixed(0)}`,
  'ms',
  'limit 50 ms p99',
);
report('peak memory', Math.round(server.peak() / 1024 / 1024), 'MiB');
const again = performance.now();
await server.call('POST', `/api/projects/${project}/folders/${id}/rescan`);
do await new Promise((resume) => setTimeout(resume, 50));
while ((await state()) !== 'watching');
report('a look through it when nothing changed', seconds(again).toFixed(1), 's', `${(seconds(again) / searchable).toFixed(2)} × the first`);
await server.stop();
rmSync(folder, { recursive: true });
