/** `npm run bench`: sets up and builds, then runs each measurement of bench/ on its own. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './build/stamp.mjs';
import { prepare } from './setup/prepare.mjs';

const { node } = await prepare({ models: true, build: true });
for (const name of ['start', 'pdf', 'ingest', 'folders', 'search', 'embedding', 'chat', 'http', 'graph', 'scale']) {
  console.log(`\n${name}`);
  const { status } = spawnSync(node, [join(ROOT, 'bench', `${name}.mjs`)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
