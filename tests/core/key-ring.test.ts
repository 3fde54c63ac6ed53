/** The signing keys: in a file, in a keychain, and on the way from one to the other. No keychain can be had here, so one is played. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Keychain, openKeyRing } from '../../src-main/adapters/tokens/key-ring';
import type { Log } from '../../src-main/core/ports/runtime';
import { temporaryFolder } from '../support/server';

let folder: ReturnType<typeof temporaryFolder>;
let warnings: string[];
beforeEach(() => {
  folder = temporaryFolder();
  warnings = [];
});
afterEach(() => folder.remove());

const quiet = () => undefined;
const log = { debug: quiet, info: quiet, error: quiet, warn: (message: string) => warnings.push(message) } as unknown as Log;
/** As far from the text as an encrypted one, and only readable with the same password. */
const keychainOf = (password: number): Keychain => ({
  encrypt: (text) => Buffer.from([password, ...Buffer.from(text).map((byte) => byte ^ password)]),
  decrypt: (bytes) => {
    if (bytes[0] !== password) throw new Error('another user encrypted this');
    return Buffer.from(bytes.subarray(1).map((byte) => byte ^ password)).toString('utf8');
  },
});
const open = (keychain: Keychain | null) => openKeyRing(folder.path, keychain, log);
const at = (name: string) => join(folder.path, name);

it('lie in a private file where there is no keychain, and are the same again', () => {
  const first = open(null).current();
  expect(statSync(at('keys.json')).mode & 0o777).toBe(0o600);
  expect(open(null).current()).toEqual(first);
  expect(open(null).secret(first.kid)).toEqual(first.secret);
  expect(open(null).secret('other')).toBeUndefined();
});

it('lie encrypted where there is one, and nowhere in the clear', () => {
  const { kid, secret } = open(keychainOf(42)).current();
  expect(readdirSync(folder.path)).toEqual(['keys.protected']);
  const bytes = readFileSync(at('keys.protected'));
  expect(bytes.includes(Buffer.from(secret).toString('base64url'))).toBe(false);
  expect(statSync(at('keys.protected')).mode & 0o777).toBe(0o600);
  expect(open(keychainOf(42)).secret(kid)).toEqual(secret);
});

it('move from the file into the keychain, so that tokens stay valid', () => {
  const before = open(null).current();
  const after = open(keychainOf(42));
  expect(after.secret(before.kid)).toEqual(before.secret);
  expect(existsSync(at('keys.json'))).toBe(false);
});

it('that cannot be read are kept aside, and new ones are made', () => {
  const lost = open(keychainOf(42)).current();
  const ring = open(keychainOf(43));
  expect(ring.secret(lost.kid)).toBeUndefined();
  expect(ring.current().secret).toHaveLength(32);
  expect(existsSync(at('keys.protected.unreadable'))).toBe(true);
  expect(warnings).toHaveLength(1);
  writeFileSync(at('keys.json'), '{"half');
  expect(open(null).current().secret).toHaveLength(32);
  expect(existsSync(at('keys.json.unreadable'))).toBe(true);
});

it('are all forgotten by a rotation, also after a restart', () => {
  const ring = open(keychainOf(42));
  const old = ring.current();
  ring.rotate();
  expect(ring.current().kid).not.toBe(old.kid);
  for (const one of [ring, open(keychainOf(42))]) expect(one.secret(old.kid)).toBeUndefined();
});
