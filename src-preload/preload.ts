/** Hands the window its one message port, and what a page alone cannot know: the path of a dropped file, a folder or a model that the person chooses, the platform. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';

contextBridge.exposeInMainWorld('pressmark', {
  pathForFile: (file: File) => webUtils.getPathForFile(file),
  /** Null when the person chose none. */
  chooseFolder: (): Promise<string | null> => ipcRenderer.invoke('pressmark:choose-folder'),
  chooseModel: (): Promise<string | null> => ipcRenderer.invoke('pressmark:choose-model'),
  platform: process.platform,
});

window.addEventListener('message', ({ data, source }) => {
  if (source === window && data === 'pressmark:connect') ipcRenderer.postMessage('pressmark:connect', null);
});

ipcRenderer.on('pressmark:port', ({ ports }) => {
  window.postMessage('pressmark:port', '*', [...ports]);
});
