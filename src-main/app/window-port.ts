/** Gives the window its message port to the backend; the only user of ipcMain. */
import { type BrowserWindow, ipcMain, MessageChannelMain } from 'electron';
import type { Backend } from './backend';

/**
 * Answers `pressmark:connect` with a port, as soon as the backend runs. A page that loads again asks again.
 * Only the main frame of our own window is heard.
 */
export function offerPort(window: BrowserWindow, backend: Promise<Backend>, origin: string): void {
  const { webContents } = window;
  ipcMain.on('pressmark:connect', async ({ sender, senderFrame: frame }) => {
    if (sender !== webContents || !frame || frame !== webContents.mainFrame || !frame.url.startsWith(`${origin}/`)) return;
    const running = await backend.catch(() => null); // the host says why it could not start
    if (!running || window.isDestroyed()) return;
    const { port1, port2 } = new MessageChannelMain();
    running.connect(port1);
    webContents.postMessage('pressmark:port', null, [port2]);
  });
}
