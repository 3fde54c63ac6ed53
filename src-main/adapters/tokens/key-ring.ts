/** The signing keys of an installation, kept in the system's keychain where there is one, else in a file that only its owner can read. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../../core/ports/runtime';
import { writePrivate } from './private-file';

/** Encrypts with a key that the operating system keeps for this user (Electron's safeStorage). */
export interface Keychain {
  encrypt(text: string): Buffer;
  decrypt(bytes: Buffer): string;
}

interface Key {
  kid: string;
  secret: Uint8Array;
}

export interface KeyRing {
  /** The key that signs. */
  current(): Key;
  /** A key by its id; undefined for an unknown one. */
  secret(kid: string): Uint8Array | undefined;
  /** Forgets all keys and makes a new one. */
  rotate(): void;
}

/** The same, where the keys may lie elsewhere. */
export type KeySource = {
  [Act in keyof KeyRing]: (...given: Parameters<KeyRing[Act]>) => ReturnType<KeyRing[Act]> | Promise<ReturnType<KeyRing[Act]>>;
};

const SECRET_BYTES = 32;
const keys = z.array(z.object({ kid: z.string(), secret: z.base64url() })).min(1);
type Kept = z.output<typeof keys>;

const fresh = (): Kept[number] => ({
  kid: randomBytes(6).toString('base64url'),
  secret: randomBytes(SECRET_BYTES).toString('base64url'),
});

/**
 * Opens `folder/keys.protected` (keychain) or `folder/keys.json` (mode 0600). Keys that a headless run left in the plain file move into
 * the keychain; a headless run cannot read those of the desktop and signs with keys of its own.
 */
export function openKeyRing(folder: string, keychain: Keychain | null, log: Log): KeyRing {
  const plain = join(folder, 'keys.json');
  const place = keychain ? join(folder, 'keys.protected') : plain;
  const encode = (kept: Kept): Buffer => {
    const text = JSON.stringify(kept);
    return keychain ? keychain.encrypt(text) : Buffer.from(text);
  };
  const store = (kept: Kept) => writePrivate(place, encode(kept));
  const own = read(place, (bytes) => (keychain ? keychain.decrypt(bytes) : bytes.toString('utf8')), log);
  const left = keychain ? read(plain, (bytes) => bytes.toString('utf8'), log) : [];
  let ring = [...own, ...left];
  if (ring.length === 0) ring = [fresh()];
  if (ring.length !== own.length) store(ring);
  if (keychain) rmSync(plain, { force: true });
  const secrets = () => new Map(ring.map(({ kid, secret }) => [kid, new Uint8Array(Buffer.from(secret, 'base64url'))]));
  let byId = secrets();
  return {
    current() {
      const [{ kid }] = ring as [Kept[number]];
      return { kid, secret: byId.get(kid) as Uint8Array };
    },
    secret: (kid) => byId.get(kid),
    rotate() {
      ring = [fresh()];
      store(ring);
      byId = secrets();
    },
  };
}

/** Keys that cannot be read (another user's keychain, a damaged file) are as good as none; the file is kept aside. */
function read(path: string, decode: (bytes: Buffer) => string, log: Log): Kept {
  if (!existsSync(path)) return [];
  try {
    return keys.parse(JSON.parse(decode(readFileSync(path))));
  } catch (error) {
    const kept = `${path}.unreadable`;
    renameSync(path, kept);
    log.warn('the signing keys could not be read; new ones are made and old tokens are refused', { kept, reason: String(error) });
    return [];
  }
}
