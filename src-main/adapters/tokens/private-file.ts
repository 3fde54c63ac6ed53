/** A file that only its owner can read, written whole or not at all. */
import { chmodSync, renameSync, writeFileSync } from 'node:fs';

const OWNER_ONLY = 0o600;

export function writePrivate(path: string, bytes: Buffer): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, bytes, { mode: OWNER_ONLY });
  chmodSync(draft, OWNER_ONLY);
  renameSync(draft, path);
}
