/** Set-up before any command: dependencies, system packages, Electron, models, Python and servers for the tests, build. What is there already costs milliseconds. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isFresh, PARTS, ROOT } from '../build/stamp.mjs';
import { areDependenciesReady, ensureDependencies, lockHash } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { findNode, nodeEnvironment } from './node24.mjs';
import { say, step } from './progress.mjs';
import { ensurePython, isPythonReady } from './python.mjs';
import { run } from './run.mjs';
import { areServersReady, ensureServers } from './servers.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

const stampPath = join(ROOT, 'node_modules', '.pressmark-setup.json');

/**
 * @param {{electron?: boolean, tests?: boolean, models?: boolean, build?: boolean}} needs
 * @returns {Promise<{node: string, electron: string | null, env: NodeJS.ProcessEnv}>}
 * @throws Error with a sentence for the user when nothing can run
 */
export async function prepare(needs) {
  if (!isReady(needs)) await withLock(join(ROOT, '.cache', 'setup.lock'), () => (isReady(needs) ? undefined : setUp(needs)));
  const node = requireNode();
  return { node, electron: electronOf(readStamp()), env: nodeEnvironment(node) };
}

function isReady(needs) {
  if (!areDependenciesReady()) return false;
  const stamp = readStamp();
  if (stamp.key !== stampKey()) return false;
  if (needs.electron && !electronOf(stamp)) return false;
  if (needs.tests && !(isPythonReady('tests') && areServersReady())) return false;
  if ((needs.tests && !stamp.tests) || (needs.models && !stamp.models)) return false;
  return needs.build === false || Object.keys(PARTS).every((part) => isFresh(part));
}

const electronOf = ({ electron }) => (electron && existsSync(electron) ? electron : null);

/** The first half runs on any Node from 20; the rest under the new enough one, which may have come with the dependencies. */
async function setUp(needs) {
  const [installed] = await Promise.allSettled([ensureDependencies(), ensureSystemPackages(needs)]);
  if (installed.status === 'rejected') throw installed.reason;
  const node = requireNode();
  const words = [join(ROOT, 'scripts', 'setup', 'prepare.mjs'), JSON.stringify(needs)];
  await run(node, words, { cwd: ROOT, env: nodeEnvironment(node) }).catch(() => {
    throw new Error('the set-up did not finish; the lines above say why. Run the same command again to go on from here.');
  });
}

function requireNode() {
  const node = findNode();
  if (node) return node;
  throw new Error(
    `Pressmark needs Node 22.14 or newer here and this is ${process.versions.node}; please install the current Node from nodejs.org.`,
  );
}

async function finishSetUp(needs) {
  const stamp = readStamp();
  const kept = stamp.key === stampKey() ? stamp : { key: stampKey() };
  const done = { ...kept, tests: kept.tests || needs.tests === true };
  const steps = [];
  if (needs.electron && !electronOf(kept)) steps.push(chooseElectron().then((path) => Object.assign(done, { electron: path })));
  if (needs.models && !kept.models) steps.push(fetchModels().then((whole) => Object.assign(done, { models: whole })));
  if (needs.tests) steps.push(installClients(), ensureServers());
  if (needs.build !== false) steps.push(import('../build.mjs').then(({ buildStale }) => buildStale()));
  const results = await Promise.allSettled(steps);
  const draft = `${stampPath}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(done));
  renameSync(draft, stampPath);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}

async function chooseElectron() {
  const { ensureElectron } = await import('./electron.mjs');
  return ensureElectron(process.execPath);
}

/** Without them all other tests still run; those of the Python clients fail and say why. */
async function installClients() {
  await ensurePython('tests').catch((error) => say(`the Python clients cannot be tested: ${error.message}`));
}

/** Without models Pressmark still answers, by quoting. */
async function fetchModels() {
  const path = join(ROOT, 'scripts', 'setup', 'models.mjs');
  if (!existsSync(path)) return false;
  try {
    const { ensureModels } = await import(pathToFileURL(path).href);
    const whole = await step('models', () => ensureModels({ modelsDir: modelsFolder(), log: say }));
    return whole !== false;
  } catch (error) {
    say(`the starter models are not complete (${error.message}). Pressmark works on and answers with quotes; the next start tries again.`);
    return false;
  }
}

/** The same default as src-main/app/paths.ts. */
function modelsFolder({ env, platform } = process) {
  if (env.PRESSMARK_MODELS_DIR) return env.PRESSMARK_MODELS_DIR;
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Pressmark', 'models');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Pressmark', 'models');
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'pressmark', 'models');
}

/** Whatever would make the set-up another one. */
function stampKey() {
  const manifest = join(ROOT, 'resources', 'models.json');
  const models = existsSync(manifest) ? readFileSync(manifest) : '';
  return createHash('sha256').update(lockHash()).update(models).update(modelsFolder()).digest('hex');
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampPath, 'utf8'));
  } catch {
    return {};
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  finishSetUp(JSON.parse(process.argv[2])).catch((error) => {
    say(error.message);
    process.exit(1);
  });
}
