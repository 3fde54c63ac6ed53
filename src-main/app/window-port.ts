/** Gives the window its message port to the backend; the only user of ipcMain. */
import { type BrowserWindow, ipcMain, MessageChannelMain } from 'electron';
import type { Backend } from './backend';

/**
 * Answers `pressmark:connect` with a port, as soon as the backend runs. A page that loads again asks again.
 * Only the main frame of our own window is heard.
 */
export function offerPort(window: BrowserWindow, backend: Promise<Backend>, origin: string): void {
  const { webContents } = window;
  ipcMain.on('pressmark:connect', async ({ sender, senderFrame }) => {
    const frame = senderFrame;
    if (sender !== webContents || !frame || frame !== webContents.mainFrame || new URL(frame.url).origin !== origin) return;
    const { connect } = await backend;
    if (window.isDestroyed()) return;
    const { port1, port2 } = new MessageChannelMain();
    connect(port1);
    webContents.postMessage('pressmark:port', null, [port2]);
  });
}
