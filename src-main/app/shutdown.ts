/** Ends the desktop app in order: the backend stops before Electron does, within a time limit. */
import { app } from 'electron';
import { LIMITS } from '../core/limits';

/** Closing the window, the menu, SIGTERM, SIGINT and SIGHUP all come here; a second request does not hurry it. */
export function stopBeforeQuit(stop: () => Promise<void>): void {
  let stopping = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (stopping) return;
    stopping = true;
    setTimeout(() => app.exit(1), LIMITS.shutdownMs).unref();
    void stop().then(
      () => app.exit(0),
      () => app.exit(1),
    );
  });
  app.on('window-all-closed', () => app.quit());
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.quit());
}
