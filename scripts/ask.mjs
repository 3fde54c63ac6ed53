/** `npm run ask -- PATH… "QUESTION"`: sets up what is missing, then asks once. Stdout holds the answer and nothing else. */
import { join } from 'node:path';
import { ROOT } from './build/stamp.mjs';
import { command, launch } from './launch.mjs';
import { prepare } from './setup/prepare.mjs';

command(async () => {
  const { node, env } = await prepare({ models: true });
  return launch(node, [join(ROOT, 'dist', 'main', 'ask.cjs'), ...process.argv.slice(2)], env);
});
