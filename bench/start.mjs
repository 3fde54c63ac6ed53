/** Start and idle memory of the headless server, against the limits of 3 s and 500 MB (aims: 1 s, 200 MB) and a bare Node process. */
import { spawnSync } from 'node:child_process';
import { median, report, startServer } from './server.mjs';

const bare = [];
const starts = [];
const memory = [];
const first = await startServer();
report('first start, empty library', Math.round(first.startMs), 'ms');
await first.stop({ keep: true });
for (let run = 0; run < 5; run += 1) {
  const began = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  bare.push(performance.now() - began);
  const server = await startServer(first.dataDir);
  starts.push(server.startMs);
  await new Promise((resume) => setTimeout(resume, 1_500));
  memory.push(server.rss());
  await server.stop({ keep: run < 4 });
}
const start = median(starts);
const mib = median(memory) / 1024 / 1024;
report(
  'second start, process to ready line',
  Math.round(start),
  'ms',
  `${(start / 3_000).toFixed(2)} × the limit of 3 s; a bare node: ${Math.round(median(bare))} ms`,
);
report('idle memory, no model loaded', Math.round(mib), 'MiB', `${(mib / 500).toFixed(2)} × the limit of 500 MB`);
