/** The ready line, and the same facts in `DATA_DIR/server.json` while the server runs. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Ready {
  ready: true;
  url: string;
  token: string;
  pid: number;
  version: string;
  /** From the start of the process. */
  startup_ms: number;
}

/** Facts for other programs on this machine. */
export function readiness(server: { url: string; token: string; version: string }): Ready {
  return { ready: true, ...server, pid: process.pid, startup_ms: Math.round(performance.now()) };
}

/** Written whole or not at all (write, then rename), mode 0600 since it holds the token. Returns its removal. */
export function publishServerFile(dataDir: string, ready: Ready): () => void {
  const path = join(dataDir, 'server.json');
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(ready)}\n`, { mode: 0o600 });
  renameSync(draft, path);
  return () => rmSync(path, { force: true });
}
