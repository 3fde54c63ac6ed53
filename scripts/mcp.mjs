/** `npm run --silent mcp`: sets up what is missing, then MCP over stdio. Stdout holds the protocol and nothing else. */
import { join } from 'node:path';
import { ROOT } from './build/stamp.mjs';
import { command, launch } from './launch.mjs';
import { prepare } from './setup/prepare.mjs';

command(async () => {
  const { node, env } = await prepare({ models: true });
  return launch(node, [join(ROOT, 'dist', 'main', 'mcp.cjs'), ...process.argv.slice(2)], env);
});
