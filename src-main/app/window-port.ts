/** Gives the window its message port to the backend, and the system's dialog that chooses a folder; the only user of ipcMain. */
import { type BrowserWindow, dialog, type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, MessageChannelMain } from 'electron';
import type { Backend } from './backend';

/**
 * Answers `pressmark:connect` with a port, as soon as the backend runs. A page that loads again asks again.
 * Only the main frame of our own window is heard.
 */
export function offerPort(window: BrowserWindow, backend: Promise<Backend>, origin: string): void {
  const { webContents } = window;
  const isOurs = ({ sender, senderFrame: frame }: IpcMainEvent | IpcMainInvokeEvent) =>
    sender === webContents && frame !== null && frame === webContents.mainFrame && frame.url.startsWith(`${origin}/`);
  ipcMain.handle('pressmark:choose-folder', async (event) => {
    if (!isOurs(event)) return null;
    const { filePaths } = await dialog.showOpenDialog(window, { title: 'Follow a folder', properties: ['openDirectory'] });
    return filePaths[0] ?? null;
  });
  ipcMain.handle('pressmark:choose-model', async (event) => {
    if (!isOurs(event)) return null;
    const filters = [{ name: 'Models', extensions: ['gguf'] }];
    const { filePaths } = await dialog.showOpenDialog(window, { title: 'Add a model', properties: ['openFile'], filters });
    return filePaths[0] ?? null;
  });
  ipcMain.on('pressmark:connect', async (event) => {
    if (!isOurs(event)) return;
    const running = await backend.catch(() => null); // the host says why it could not start
    if (!running || window.isDestroyed()) return;
    const { port1, port2 } = new MessageChannelMain();
    running.connect(port1);
    webContents.postMessage('pressmark:port', null, [port2]);
  });
}
