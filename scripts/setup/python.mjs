/** Makes the virtual environments of Python programs that the tests and benchmarks use; one that is there whole is left alone. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../build/stamp.mjs';
import { say, step } from './progress.mjs';
import { run } from './run.mjs';

const LIMIT_MS = 10 * 60_000;
const OLDEST = [3, 10];
const WINDOWS = process.platform === 'win32';

/** Each environment: where it lies, what is installed in it, and with which options of pip. */
const ENVIRONMENTS = {
  tests: { folder: join(ROOT, '.cache', 'python'), requirements: join(ROOT, 'tests', 'clients', 'requirements.txt') },
  bench: { folder: join(ROOT, '.cache', 'python-bench'), requirements: join(ROOT, 'bench', 'requirements.txt') },
  chroma: {
    folder: join(ROOT, '.cache', 'chroma'),
    requirements: join(ROOT, 'scripts', 'setup', 'servers', 'requirements.txt'),
    options: ['--no-deps'],
  },
};

/** Folder of the commands of an environment (`python`, `schemathesis`…), whether it is there or not. */
export const pythonCommands = (name) => join(ENVIRONMENTS[name].folder, WINDOWS ? 'Scripts' : 'bin');

/** True when the environment holds just what its requirements name. */
export function isPythonReady(name) {
  try {
    // A Python that was replaced by another leaves a link to nothing.
    return existsSync(programOf(name)) && readFileSync(stampOf(name), 'utf8') === hashOf(name);
  } catch {
    return false;
  }
}

/**
 * @param {'tests' | 'bench' | 'chroma'} name
 * @throws Error with a sentence for the user when there is no Python or its packages cannot be had
 */
export async function ensurePython(name) {
  if (isPythonReady(name)) return;
  const python = findPython();
  await step(`install Python programs: ${name}`, () => install(python, name));
}

async function install(python, name) {
  const { folder, requirements, options: choices = [] } = ENVIRONMENTS[name];
  const options = { cwd: ROOT, timeoutMs: LIMIT_MS, quiet: true };
  rmSync(folder, { recursive: true, force: true });
  await run(python[0], [...python.slice(1), '-m', 'venv', folder], options);
  const words = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--prefer-binary', ...choices];
  await run(programOf(name), [...words, '-r', requirements], options);
  writeFileSync(stampOf(name), hashOf(name));
}

/** The first Python that is new enough and can make environments, with the words that start it. */
function findPython() {
  const candidates = [['python3'], ['python'], ...(WINDOWS ? [['py', '-3']] : [])];
  const reasons = candidates.map((words) => problemOf(words));
  const found = candidates.find((_, index) => reasons[index] === null);
  if (found) return found;
  const reason = reasons.find((text) => text !== '') ?? 'it is not installed';
  throw new Error(`Python ${OLDEST.join('.')} or newer with its venv module is needed here: ${reason}`);
}

/** Null when it can be used, empty when there is none. */
function problemOf([program, ...words]) {
  const code = 'import sys, venv, ensurepip; print(*sys.version_info[:2])';
  const { status, stdout, stderr, error } = spawnSync(program, [...words, '-c', code], { encoding: 'utf8' });
  if (error) return '';
  if (status !== 0) return `${program} says "${stderr.trim().split('\n').at(-1)}"`;
  const [major, minor] = stdout.trim().split(' ').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]) ? null : `${program} is ${major}.${minor}`;
}

const programOf = (name) => join(pythonCommands(name), WINDOWS ? 'python.exe' : 'python');
const stampOf = (name) => join(ENVIRONMENTS[name].folder, '.pressmark-requirements');

/** Of the requirements and of the constraints beside them; a moved folder breaks an environment, so its place counts too. */
function hashOf(name) {
  const { folder, requirements } = ENVIRONMENTS[name];
  const constraints = join(dirname(requirements), 'constraints.txt');
  const hash = createHash('sha256').update(folder).update(readFileSync(requirements));
  if (existsSync(constraints)) hash.update(readFileSync(constraints));
  return hash.digest('hex');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  ensurePython(process.argv[2] ?? 'tests').catch((error) => {
    say(error.message);
    process.exit(1);
  });
}
