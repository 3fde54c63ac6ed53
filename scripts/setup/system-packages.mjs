/** Linux: looks for the system libraries and programs that Electron and the tests need; installs them as root, else names the command. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { say, step } from './progress.mjs';
import { run } from './run.mjs';
import { postgresPrograms } from './servers.mjs';

/** What is looked for, and the Debian packages that hold it (the first that exists there is taken). */
const LIBRARIES = [
  { library: 'libgtk-3.so.0', packages: ['libgtk-3-0t64', 'libgtk-3-0'] },
  { library: 'libnss3.so', packages: ['libnss3'] },
  { library: 'libasound.so.2', packages: ['libasound2t64', 'libasound2'] },
  { library: 'libgbm.so.1', packages: ['libgbm1'] },
  { library: 'libXss.so.1', packages: ['libxss1'] },
];
const TEST_PROGRAMS = [
  { programs: ['Xvfb'], packages: ['xvfb'] },
  { programs: ['xvfb-run'], packages: ['xvfb'] },
  { programs: ['xauth'], packages: ['xauth'] },
  { programs: ['chromium', 'chromium-browser', 'google-chrome'], packages: ['chromium'] },
  { programs: ['pdftotext'], packages: ['poppler-utils'] },
  { programs: ['java'], packages: ['default-jre-headless'] },
  { programs: ['mvn'], packages: ['maven'] },
];
/** Debian splits the module that makes virtual environments off its Python. */
const PYTHON = { code: 'import venv, ensurepip', packages: ['python3-venv'] };
/** Debian keeps its programs in a folder of its own, off PATH. */
const POSTGRES = { packages: ['postgresql-15', 'postgresql'] };
const LIMIT_MS = 10 * 60_000;

/**
 * Never fails: what cannot be installed is said, and the later step that needs it says what no longer works.
 * @param {{electron: boolean, tests: boolean}} needs
 */
export async function ensureSystemPackages(needs) {
  if (process.platform !== 'linux') return;
  const missing = missingPackages(needs);
  if (missing.length === 0) return;
  if (!find('apt-get'))
    return say(`these are missing here; please install them with your system's package tool: ${missing.map(([name]) => name).join(', ')}`);
  if (process.getuid() !== 0)
    return say(`some system packages are missing. Please run: sudo apt-get install -y ${missing.map((names) => names.at(-1)).join(' ')}`);
  await step('install system packages', () => install(missing)).catch((error) =>
    say(`the system packages could not be installed: ${error.message}`),
  );
}

/** Alternatives of each missing package. */
function missingPackages({ electron, tests }) {
  const known = electron || tests ? (spawnSync(find('ldconfig') ?? '/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).stdout ?? '') : '';
  const libraries = electron || tests ? LIBRARIES.filter(({ library }) => !known.includes(library)) : [];
  const programs = tests ? TEST_PROGRAMS.filter(({ programs: names }) => !names.some(find)) : [];
  const python = tests && spawnSync('python3', ['-c', PYTHON.code], { stdio: 'ignore' }).status !== 0 ? [PYTHON] : [];
  const servers = tests && postgresPrograms() === null ? [POSTGRES] : [];
  const wanted = [...libraries, ...programs, ...python, ...servers].map(({ packages }) => packages);
  return wanted.filter((packages, index) => wanted.findIndex((other) => other[0] === packages[0]) === index);
}

async function install(missing) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, timeoutMs: LIMIT_MS };
  await run('apt-get', ['update', '-qq'], options);
  const names = missing.map((alternatives) => alternatives.find(isKnown) ?? alternatives.at(-1));
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0', ...names], { ...options, quiet: true });
}

const isKnown = (name) => spawnSync('apt-cache', ['show', '-q', name], { stdio: 'ignore' }).status === 0;

/** Path of a program on PATH or in the folders of the administrator. */
function find(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
