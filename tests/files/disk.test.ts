/** Originals on the disk: hashed, limited, never half there. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDiskFiles } from '../../src-main/adapters/files/disk';
import { temporaryFolder } from '../support/server';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const bytes = Buffer.from('The shelf mark of this book is B 12.');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const staging = () => readdirSync(join(folder.path, 'staging'));

it('stages, keeps and removes by hash', async () => {
  const files = createDiskFiles(folder.path);
  const staged = await files.stage(Readable.from([bytes]), 1_000);
  expect(staged).toMatchObject({ sha256, size_bytes: bytes.length });
  expect(await files.keep(staged)).toBe(files.path(sha256));
  await files.discard(staged);
  expect(readFileSync(files.path(sha256))).toEqual(bytes);
  expect(staging()).toEqual([]);
  await files.remove(sha256);
  expect(existsSync(files.path(sha256))).toBe(false);
});

it('keeps the first of two files with the same bytes', async () => {
  const files = createDiskFiles(folder.path);
  const [one, two] = await Promise.all([files.stage(Readable.from([bytes]), 1_000), files.stage(Readable.from([bytes]), 1_000)]);
  expect(await files.keep(one)).toBe(await files.keep(two));
  await files.discard(two);
  expect(staging()).toEqual([]);
});

it('refuses what is too large and leaves nothing', async () => {
  const files = createDiskFiles(folder.path);
  const endless = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(1_000);
    })(),
  );
  await expect(files.stage(endless, 10_000)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  expect(staging()).toEqual([]);
});

it('leaves nothing when the source breaks, and sweeps what a kill left', async () => {
  const files = createDiskFiles(folder.path);
  const broken = Readable.from(
    (async function* () {
      yield bytes;
      throw new Error('the network went away');
    })(),
  );
  await expect(files.stage(broken, 1_000)).rejects.toThrow('the network went away');
  expect(staging()).toEqual([]);
  await files.stage(Readable.from([bytes]), 1_000);
  await files.sweep(new Set());
  expect(staging()).toEqual([]);
});
