/** `npm run move -- team|embedded`: sets up what is missing, then moves the library between the data folder and PostgreSQL. */
import { join } from 'node:path';
import { ROOT } from './build/stamp.mjs';
import { command, launch } from './launch.mjs';
import { prepare } from './setup/prepare.mjs';

command(async () => {
  const { node, env } = await prepare({});
  return launch(node, [join(ROOT, 'dist', 'main', 'move.cjs'), ...process.argv.slice(2)], env);
});
