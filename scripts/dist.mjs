/**
 * `npm run dist`: packages for users with electron-builder; `-- --dir` makes only the app's folder, and works offline. Where Electron's
 * own download cannot be reached the folder holds Electron 33, whose Node-API 9 cannot load better-sqlite3 13: it is made, but only one
 * with Electron 45 starts.
 */
import { join } from 'node:path';
import { ROOT } from './build/stamp.mjs';
import { command, launch } from './launch.mjs';
import { prepare } from './setup/prepare.mjs';

command(async () => {
  const { node, electron, env } = await prepare({ electron: true });
  const words = process.argv.slice(2);
  const cli = join(ROOT, 'node_modules', 'electron-builder', 'cli.js');
  const local = words.includes('--dir') && electron?.includes('electron-33.2.1');
  const config = local ? [`-c.electronDist=${join(electron, '..')}`, '-c.electronVersion=33.2.1'] : [];
  return launch(node, [cli, '--publish', 'never', ...words, ...config], env);
});
