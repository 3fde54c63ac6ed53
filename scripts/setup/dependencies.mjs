/** Installs the npm packages of package-lock.json when one is missing or has another version. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../build/stamp.mjs';
import { step } from './progress.mjs';
import { run } from './run.mjs';

const LIMIT_MS = 20 * 60_000;
const stampPath = join(ROOT, 'node_modules', '.pressmark-lock');

/** Hash of package-lock.json, hex. */
export function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
}

/** True when node_modules was found to hold this lock's packages. */
export function areDependenciesReady(hash = lockHash()) {
  try {
    return readFileSync(stampPath, 'utf8') === hash;
  } catch {
    return false;
  }
}

/** @throws Error with a sentence for the user when npm fails */
export async function ensureDependencies() {
  const hash = lockHash();
  if (areDependenciesReady(hash)) return;
  if (!isComplete()) {
    await step('install dependencies', install);
  }
  mkdirSync(join(ROOT, 'node_modules'), { recursive: true });
  writeFileSync(stampPath, hash);
}

/** No package of ours needs its install script: native code comes prebuilt inside the packages. */
const OPTIONS = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

/** `npm ci` takes exactly what the lock names; where an npm refuses a lock made on another system, `npm install` reads the same lock. */
async function install() {
  const npm = (...words) => run('npm', [...words, ...OPTIONS], { cwd: ROOT, timeoutMs: LIMIT_MS });
  try {
    await npm('ci').catch(() => npm('install', '--no-save'));
  } catch (error) {
    throw new Error(
      `the dependencies could not be installed (${error.message}). Is the network there? Run the same command again; what was downloaded is kept.`,
    );
  }
}

/** npm writes node_modules/.package-lock.json last, so it tells of a whole installation. */
function isComplete() {
  let installed;
  try {
    installed = JSON.parse(readFileSync(join(ROOT, 'node_modules', '.package-lock.json'), 'utf8')).packages;
  } catch {
    return false;
  }
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (path === '' || link) return true;
    if (!installed[path]) return optional === true;
    return installed[path].version === version && existsSync(join(ROOT, path, 'package.json'));
  });
}
