/** `npm run check`: types, format and lint, layers, dead code, copied code, file lengths. Prints each check's verdict; all run even if one fails. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './build/stamp.mjs';
import { command } from './launch.mjs';
import { prepare } from './setup/prepare.mjs';

const MAX_LINES = 400;
const CHECKS = [
  ['types: backend and tests', 'tsc', '-p', 'tsconfig.json'],
  ['types: preload', 'tsc', '-p', 'src-preload'],
  ['types: window', 'tsc', '-p', 'renderer'],
  ['types: tests of the window', 'tsc', '-p', 'tests/e2e'],
  ['format and lint', 'biome', 'ci', '--diagnostic-level=warn', '.'],
  ['layers', 'depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'src-main', 'src-preload', 'renderer'],
  ['dead code and dependencies', 'knip', '--no-progress'],
  ['copied code', 'jscpd', '--config', '.jscpd.json', 'src-main', 'src-preload', 'renderer', 'scripts'],
];

command(async () => {
  const prepared = await prepare({ build: false });
  const env = { ...prepared.env, NO_COLOR: '1' };
  const verdicts = [...CHECKS.map(([name, program, ...args]) => verdictOf(name, program, args, env)), lengths(env)];
  const failed = verdicts.filter((passed) => !passed).length;
  process.stdout.write(failed === 0 ? 'all checks passed\n' : `${failed} of ${verdicts.length} checks failed\n`);
  return failed === 0 ? 0 : 1;
});

function verdictOf(name, program, args, env) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: ROOT, env, encoding: 'utf8', shell: process.platform === 'win32' });
  report(name, status === 0, performance.now() - start);
  if (status !== 0) process.stdout.write(`${stdout ?? ''}${stderr ?? ''}\n`);
  return status === 0;
}

function report(name, passed, ms) {
  process.stdout.write(`${passed ? 'ok  ' : 'FAIL'} ${name} (${(ms / 1000).toFixed(1)} s)\n`);
}

function lengths(env) {
  const { stdout } = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, env, encoding: 'utf8' });
  const sources = (stdout ?? '').split('\n').filter((path) => /\.(ts|tsx|mjs|cjs|css)$/.test(path));
  const long = sources.filter((path) => lineCount(path) > MAX_LINES);
  report(`no file over ${MAX_LINES} lines`, long.length === 0, 0);
  for (const path of long) process.stdout.write(`  ${path}\n`);
  return long.length === 0;
}

/** A file that git still lists and somebody has just removed counts nothing. */
function lineCount(path) {
  try {
    return readFileSync(join(ROOT, path), 'utf8').split('\n').length;
  } catch {
    return 0;
  }
}
