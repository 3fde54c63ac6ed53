/** `npm test`: sets up, checks, builds, runs every test with coverage, and ends with one line of counts. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './build/stamp.mjs';
import { command, launch } from './launch.mjs';
import { prepare } from './setup/prepare.mjs';
import { pythonCommands } from './setup/python.mjs';

const LEAST_STATEMENTS_PERCENT = 85;
const folder = join(ROOT, 'coverage');
const results = { vitest: join(folder, 'vitest.json'), playwright: join(folder, 'playwright.json') };
const coverage = { raw: join(folder, 'raw'), processes: join(folder, 'processes') };

command(async () => {
  const { node, electron, env } = await prepare({ tests: true, models: true, electron: true });
  if (process.argv[2] === '--merge') return mergeHere();
  rmSync(folder, { recursive: true, force: true });
  for (const path of Object.values(coverage)) mkdirSync(path, { recursive: true });
  const problems = [];
  if ((await launch(node, [join(ROOT, 'scripts', 'check.mjs')], env)) !== 0) problems.push('npm run check failed');
  const testEnv = {
    ...env,
    NODE_V8_COVERAGE: coverage.processes,
    COVERAGE_RAW: coverage.raw,
    PYTHON_COMMANDS: pythonCommands('tests'),
    ...(electron ? { ELECTRON_PROGRAM: electron } : {}),
  };
  await launch(
    node,
    [
      bin('vitest', 'vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${results.vitest}`,
      '--coverage.enabled',
    ],
    testEnv,
  );
  await runPlaywright(node, testEnv);
  if ((await launch(node, [join(ROOT, 'scripts', 'test.mjs'), '--merge'], env)) !== 0) problems.push('the coverage is too low');
  return report([vitestCounts(), playwrightCounts()], problems);
});

const bin = (name, file) => join(ROOT, 'node_modules', name, file);

/** Without a display of its own the machine gets a virtual one. */
async function runPlaywright(node, testEnv) {
  if (!existsSync(join(ROOT, 'playwright.config.ts'))) return;
  const { NODE_V8_COVERAGE: processes, ...rest } = testEnv;
  const words = [node, bin('playwright', 'cli.js'), 'test', '--reporter=list,json'];
  const virtual = process.platform === 'linux' && !process.env.DISPLAY;
  if (virtual) words.unshift('xvfb-run', '-a', '-s', '-screen 0 1600x1000x24');
  await launch(words[0], words.slice(1), { ...rest, COVERAGE_PROCESSES: processes, PLAYWRIGHT_JSON_OUTPUT_NAME: results.playwright });
}

async function mergeHere() {
  const { mergeCoverage } = await import('./test/coverage.mjs');
  const percent = await mergeCoverage(coverage);
  process.stdout.write(`coverage: ${percent} % of all statements (at least ${LEAST_STATEMENTS_PERCENT} %)\n`);
  return percent >= LEAST_STATEMENTS_PERCENT ? 0 : 1;
}

/** A runner that left no result has failed as a whole: that is one failure, never silence. */
function vitestCounts() {
  const result = read(results.vitest);
  if (!result) return { passed: 0, failed: 1, skipped: 0, failures: ['vitest left no result'] };
  const files = result.testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0);
  const failures = result.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => `${name}: ${fullName}`),
  );
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + files.length + (result.success || result.numFailedTests + files.length > 0 ? 0 : 1),
    skipped: result.numPendingTests + (result.numTodoTests ?? 0),
    failures: [...failures, ...files.map(({ name, message }) => `${name}: ${message}`)],
  };
}

function playwrightCounts() {
  if (!existsSync(join(ROOT, 'playwright.config.ts')))
    return { passed: 0, failed: 1, skipped: 0, failures: ['playwright.config.ts is missing'] };
  const result = read(results.playwright);
  if (!result) return { passed: 0, failed: 1, skipped: 0, failures: ['playwright left no result'] };
  const { expected, unexpected, flaky, skipped } = result.stats;
  const whole = result.errors.length;
  const failures = [
    ...specsOf(result.suites)
      .filter(({ ok }) => !ok)
      .map(({ title }) => title),
    ...result.errors.map(({ message }) => message ?? 'error'),
  ];
  return { passed: expected, failed: unexpected + flaky + whole, skipped, failures };
}

const specsOf = (suites) => suites.flatMap(({ specs, suites: inner }) => [...specs, ...specsOf(inner ?? [])]);

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function report(runs, problems) {
  const sum = (name) => runs.reduce((total, run) => total + run[name], 0);
  for (const failure of runs.flatMap(({ failures }) => failures)) process.stdout.write(`FAILED ${failure}\n`);
  // What CI cannot run it has not checked.
  if (process.env.CI && sum('skipped') > 0) problems.push(`${sum('skipped')} tests were skipped`);
  for (const problem of problems) process.stdout.write(`FAILED ${problem}\n`);
  const failed = sum('failed') + problems.length;
  process.stdout.write(`${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped\n`);
  return failed === 0 ? 0 : 1;
}
