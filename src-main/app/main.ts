/** Desktop host: opens the window at once and starts the backend behind it, in Electron's main process. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { app, type BrowserWindow, dialog, safeStorage } from 'electron';
import type { Keychain } from '../adapters/tokens/key-ring';
import { startBackend } from './backend';
import { type Config, ConfigError, readConfig } from './config';
import { setMenu } from './menu';
import { programPaths } from './paths';
import { APP_ORIGIN, declareScheme, servePage } from './protocol';
import { stopBeforeQuit } from './shutdown';
import { openWindow } from './window';
import { offerPort } from './window-port';

/** What follows the app's folder; a packaged app has none, and Chromium's own switches may stand first. */
function ownArguments(): string[] {
  if (app.isPackaged)
    return process.argv.slice(1).filter((word) => !/^--(no-sandbox|disable-|enable-|inspect|remote-debugging-)/.test(word));
  return process.argv.slice(process.argv.findIndex((word, index) => index > 0 && resolve(word) === resolve(app.getAppPath())) + 1);
}

function main(): void {
  let config: Config;
  try {
    ({ config } = readConfig(ownArguments(), process.env));
  } catch (error) {
    process.stderr.write(`pressmark: ${error instanceof Error ? error.message : String(error)}\n`);
    app.exit(error instanceof ConfigError ? 2 : 1);
    return;
  }
  const stateDir = join(config.dataDir, 'window');
  mkdirSync(stateDir, { recursive: true });
  // Electron's lock lies in this folder, so it is one instance per library, as for the other hosts.
  app.setPath('userData', stateDir);
  app.setPath('sessionData', stateDir);
  if (!app.requestSingleInstanceLock()) {
    process.stderr.write('pressmark: Pressmark is already open; its window comes to the front.\n');
    app.exit(0);
    return;
  }
  declareScheme();
  void app.whenReady().then(() => open(config, stateDir));
}

function open(config: Config, stateDir: string): void {
  const program = programPaths(__dirname);
  const backend = startBackend(config, 'desktop', systemKeychain());
  servePage(
    program.renderer,
    backend.then(
      ({ ready }) => ready,
      () => null,
    ),
  );
  setMenu();
  const window = openWindow(stateDir, join(program.root, 'dist', 'preload', 'preload.cjs'));
  offerPort(window, backend, APP_ORIGIN);
  app.on('second-instance', () => focus(window));
  stopBeforeQuit(async () => (await backend.catch(() => null))?.stop());
  backend.catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`pressmark: ${message}\n`);
    dialog.showErrorBox('Pressmark could not start', message);
    app.exit(1);
  });
}

/** Null where the system has none; on Linux Electron then falls back to a key that is no secret, which is worse than a private file. */
function systemKeychain(): Keychain | null {
  if (!safeStorage.isEncryptionAvailable()) return null;
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return null;
  return { encrypt: (text) => safeStorage.encryptString(text), decrypt: (bytes) => safeStorage.decryptString(bytes) };
}

function focus(window: BrowserWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

main();
