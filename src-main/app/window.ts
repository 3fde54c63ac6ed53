/** The one window: sandboxed, kept on our own page, back where it was the last time. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BrowserWindow, nativeTheme, type Rectangle, screen, shell } from 'electron';
import { z } from 'zod';
import { APP_ORIGIN } from './protocol';

const DEFAULT_SIZE = { width: 1280, height: 820 };
const MINIMUM = { minWidth: 760, minHeight: 520 };
/** Shown until the page paints; the same as the page's own background. */
const BACKGROUND = { dark: '#141416', light: '#fafaf9' };

const place = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(200),
  height: z.number().int().min(200),
  maximized: z.boolean(),
});

/** @param stateDir where the window's place is remembered */
export function openWindow(stateDir: string, preload: string): BrowserWindow {
  const placePath = join(stateDir, 'window.json');
  const remembered = readPlace(placePath);
  const window = new BrowserWindow({
    ...(remembered ? bounds(remembered) : DEFAULT_SIZE),
    ...MINIMUM,
    show: false,
    title: 'Pressmark',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, spellcheck: false },
  });
  if (remembered?.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => writePlace(placePath, window));
  keepOnOurPage(window);
  void window.loadURL(`${APP_ORIGIN}/`);
  return window;
}

function keepOnOurPage({ webContents }: BrowserWindow): void {
  webContents.on('will-navigate', (event) => {
    if (!event.url.startsWith(`${APP_ORIGIN}/`)) event.preventDefault();
  });
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  webContents.setWindowOpenHandler(({ url }) => {
    if (isWebAddress(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
  const { session } = webContents;
  const allowed = new Set(['clipboard-sanitized-write']);
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(allowed.has(permission)));
  session.setPermissionCheckHandler((_contents, permission) => allowed.has(permission));
}

/** Only https pages go to the user's browser: no file:, no program's own scheme, no name or password in the address. */
function isWebAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password } = new URL(address);
  return protocol === 'https:' && username === '' && password === '';
}

type Place = z.output<typeof place>;

function readPlace(path: string): Place | null {
  try {
    const found = place.parse(JSON.parse(readFileSync(path, 'utf8')));
    return isOnAScreen(found) ? found : null;
  } catch {
    return null; // the first start, or a damaged file: the default place does
  }
}

function writePlace(path: string, window: BrowserWindow): void {
  const remembered: Place = { ...window.getNormalBounds(), maximized: window.isMaximized() };
  try {
    writeFileSync(path, JSON.stringify(remembered));
  } catch {
    // A full disk must not keep the window open.
  }
}

const bounds = ({ x, y, width, height }: Place): Rectangle => ({ x, y, width, height });

/** A monitor may be gone since. */
function isOnAScreen({ x, y, width, height }: Place): boolean {
  const { workArea } = screen.getDisplayMatching({ x, y, width, height });
  return x < workArea.x + workArea.width && x + width > workArea.x && y < workArea.y + workArea.height && y + height > workArea.y;
}
