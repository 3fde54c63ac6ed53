/** Keys of other services: encrypted by the system's keychain where there is one, in a file that only its owner can read. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { SecretStore } from '../../core/ports/access';
import type { Log } from '../../core/ports/runtime';
import type { Keychain } from './key-ring';
import { writePrivate } from './private-file';

const kept = z.record(z.string(), z.string());

/** `folder/secrets.protected` (keychain) or `folder/secrets.json`; what one host keeps, the other does not read. */
export function openSecrets(folder: string, keychain: Keychain | null, log: Log): SecretStore {
  const path = join(folder, keychain ? 'secrets.protected' : 'secrets.json');
  const secrets = read(path, keychain, log);
  return {
    get: (name) => secrets.get(name) ?? null,
    set(name, value) {
      if (value === null) secrets.delete(name);
      else secrets.set(name, value);
      if (secrets.size === 0) return rmSync(path, { force: true });
      const text = JSON.stringify(Object.fromEntries(secrets));
      writePrivate(path, keychain ? keychain.encrypt(text) : Buffer.from(text));
    },
  };
}

/** What cannot be read (another user's keychain, a damaged file) has to be given again. */
function read(path: string, keychain: Keychain | null, log: Log): Map<string, string> {
  try {
    const bytes = readFileSync(path);
    return new Map(Object.entries(kept.parse(JSON.parse(keychain ? keychain.decrypt(bytes) : bytes.toString('utf8')))));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!missing) log.warn('the kept keys could not be read; they have to be given again');
    return new Map();
  }
}
