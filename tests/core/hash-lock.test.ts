/** Work on one hash never overlaps; work on two does. */
import { expect, it } from 'vitest';
import { createHashLock } from '../../src-main/core/documents/hash-lock';

const pause = () => new Promise((resume) => setTimeout(resume, 5));

it('runs work on the same bytes one after the other, in order, also after a failure', async () => {
  const lock = createHashLock();
  const seen: string[] = [];
  const work =
    (name: string, fails = false) =>
    async () => {
      seen.push(`${name} begins`);
      await pause();
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const all = await Promise.allSettled([lock('a', work('one', true)), lock('a', work('two')), lock('b', work('other'))]);
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(seen.filter((line) => !line.startsWith('other'))).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  expect(seen.indexOf('other begins')).toBeLessThan(seen.indexOf('two begins'));
});
