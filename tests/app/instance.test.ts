/** One instance per data folder; a dead one never blocks the next. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { claimInstance, InstanceError } from '../../src-main/app/instance';
import { temporaryFolder } from '../support/server';

const folder = temporaryFolder();
afterEach(folder.remove);

it('refuses the second and names the first, then lets the next in', async () => {
  const first = temporaryFolder();
  const release = await claimInstance(first.path);
  const refusal = await claimInstance(first.path).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(InstanceError);
  expect(String(refusal)).toContain(String(process.pid));
  await release();
  await (await claimInstance(first.path))();
  first.remove();
});

it('takes over what a killed process left', async () => {
  const dead = temporaryFolder();
  writeFileSync(join(dead.path, 'instance.sock'), '');
  await (await claimInstance(dead.path))();
  dead.remove();
});

it('works where the path is too long for a socket', async () => {
  const deep = join(folder.path, 'x'.repeat(150));
  const release = await claimInstance(deep);
  await expect(claimInstance(deep)).rejects.toThrow(InstanceError);
  await release();
});
