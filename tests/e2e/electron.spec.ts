/** The desktop app as a user has it: Electron opens the real window over the real backend. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, expect, type Page, test } from 'playwright/test';
import { addFiles, ask, createProject, drop, openFirstCitation, waitSearchable } from './journey';

const REPORT = join(import.meta.dirname, '../samples/annual-report.pdf');
const ROOT = resolve(import.meta.dirname, '../..');
const CACHED = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'pressmark/electron-33.2.1/electron/electron');
const PROGRAM = process.env.ELECTRON_PROGRAM ?? CACHED;
const STOP_MS = 5_000;

let dataDir: string;
let app: ElectronApplication;
let window: Page;

const words = () => ['--no-sandbox', ROOT, '--data-dir', dataDir, '--port', '0'];

test.beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'pressmark-electron-'));
  app = await _electron.launch({ executablePath: PROGRAM, args: words(), env: environment() });
  window = await app.firstWindow();
});

test.afterEach(async () => {
  await app.close().catch(() => undefined);
  rmSync(dataDir, { recursive: true, force: true });
});

/** Bundles that run inside Electron's main process leave their coverage with the others'. */
function environment(): Record<string, string> {
  const { COVERAGE_PROCESSES, ...env } = process.env as Record<string, string>;
  return COVERAGE_PROCESSES ? { ...env, NODE_V8_COVERAGE: COVERAGE_PROCESSES } : env;
}

async function backendIsUp(): Promise<{ url: string; token: string }> {
  await expect.poll(() => serverFile() !== null, { timeout: 20_000 }).toBe(true);
  return serverFile() as { url: string; token: string };
}

function serverFile(): { url: string; token: string } | null {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8'));
  } catch {
    return null;
  }
}

test('the page has no way to Node and cannot run text as code', async () => {
  await expect(window).toHaveURL('app://pressmark/');
  const found = await window.evaluate(() => ({
    require: 'require' in globalThis,
    process: 'process' in globalThis,
    bridge: Object.keys(Reflect.get(globalThis, 'pressmark')),
  }));
  expect(found).toEqual({ require: false, process: false, bridge: ['pathForFile', 'chooseFolder', 'chooseModel', 'platform'] });
  const content = await app.evaluate(async ({ net }) => (await net.fetch('app://pressmark/')).headers.get('content-security-policy'));
  expect(content).toContain("script-src 'self'");
  expect(content).not.toMatch(/unsafe-eval'(?<!wasm-unsafe-eval')/);
});

test('the page stays on its own origin', async () => {
  await window.evaluate(() => location.assign('https://example.com/'));
  await window.evaluate(() => Boolean(open('file:///etc/passwd')));
  // Not toHaveURL: it waits for the navigation that is refused here.
  await new Promise((resume) => setTimeout(resume, 500));
  expect(await window.evaluate(() => location.href)).toBe('app://pressmark/');
  expect(app.windows()).toHaveLength(1);
});

test('files outside the page are not served', async () => {
  const statuses = await window.evaluate(() =>
    Promise.all(
      ['/..%2f..%2fpackage.json', '/%2e%2e/%2e%2e/package.json', '/no-such-file'].map(async (path) => (await fetch(path)).status),
    ),
  );
  expect(statuses).toEqual([404, 404, 404]);
});

test('a second start brings the first window to the front and ends', async () => {
  await backendIsUp();
  const second = spawn(PROGRAM, words(), { env: environment() });
  const [code] = await once(second, 'exit');
  expect(code).toBe(0);
  expect(app.windows()).toHaveLength(1);
  await expect.poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(true);
});

test('closing the window stops the backend', async () => {
  const { url } = await backendIsUp();
  const exit = once(app.process(), 'exit');
  const start = performance.now();
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  const [code] = await exit;
  expect(code).toBe(0);
  expect(performance.now() - start).toBeLessThan(STOP_MS);
  expect(serverFile()).toBeNull();
  await expect(fetch(`${url}/api/health`)).rejects.toThrow();
});

test('SIGTERM stops everything with status 0', async () => {
  await backendIsUp();
  const exit = once(app.process(), 'exit');
  const start = performance.now();
  process.kill(app.process().pid ?? 0, 'SIGTERM');
  const [code] = await exit;
  expect(code).toBe(0);
  expect(performance.now() - start).toBeLessThan(STOP_MS);
  expect(serverFile()).toBeNull();
});

/** Electron may forget the promise of a call that the inspector makes before it is told its value; asking again does no harm. */
async function chooseInDialog(path: string): Promise<void> {
  await expect(() =>
    app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    }, path),
  ).toPass({ timeout: 20_000 });
}

// biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a test needs from this pattern
test('a folder is chosen in the dialog of the system, and followed', async ({}, info) => {
  const papers = info.outputPath('chosen papers');
  mkdirSync(papers);
  mkdirSync(info.outputPath('dropped papers'));
  copyFileSync(join(import.meta.dirname, '../samples/letter.txt'), join(papers, 'letter.txt'));
  await chooseInDialog(papers);
  await createProject(window, 'Papers');
  await window.getByTestId('follow').click();
  await window.getByTestId('choose-folder').click();
  await expect(window.getByTestId('follow-path')).toHaveValue(papers);
  await window.getByTestId('form-submit').click();
  await expect(window.getByTestId('folder-row')).toContainText('chosen papers');
  await waitSearchable(window, 'letter.txt');
  await drop(window, [info.outputPath('dropped papers')]);
  await expect(window.getByTestId('follow-path')).toHaveValue(info.outputPath('dropped papers'));
});

test('from a file to the highlighted words, over the message port and app://', async () => {
  await createProject(window, 'Reports');
  await addFiles(window, [REPORT]);
  await waitSearchable(window, 'annual-report.pdf');
  await ask(window, 'When was the Group founded?');
  expect(await openFirstCitation(window)).toContain('1911');
});
