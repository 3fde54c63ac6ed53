/** Where things lie: data, models, and the program's own files. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The OS's application-data folder of Pressmark; the default of `--data-dir`, and home of the models. */
export function applicationDataDir(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Pressmark');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Pressmark');
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'pressmark');
}

/** The program's files, whether run from a checkout or from a packaged app. */
export interface ProgramPaths {
  root: string;
  workers: string;
  migrations: string;
  renderer: string;
}

/** Finds the program's root by walking up from a bundle (`dist/main/*.cjs`). Throws when it is not inside one. */
export function programPaths(from: string): ProgramPaths {
  let root = from;
  while (!existsSync(join(root, 'migrations'))) {
    const parent = dirname(root);
    if (parent === root) throw new Error(`no migrations folder above ${from}: the installation is incomplete`);
    root = parent;
  }
  return {
    root,
    workers: join(root, 'dist', 'main'),
    migrations: join(root, 'migrations', 'sqlite'),
    renderer: join(root, 'dist', 'renderer'),
  };
}
