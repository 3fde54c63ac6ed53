/** The pool: limits on time and memory, giving up, several documents at once; one bad document costs no other. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inputOf, openPool, readWhole, sample } from './read';

const folder = mkdtempSync(join(tmpdir(), 'pool-'));
afterAll(() => rmSync(folder, { recursive: true }));
const report = inputOf(sample('annual-report.pdf'), 'application/pdf');
const letter = sample('letter.txt');

function big(name: string, megabytes: number): string {
  const path = join(folder, name);
  writeFileSync(path, '<p>word <b>word</b></p>\n'.repeat((megabytes * 1024 * 1024) / 24));
  return path;
}

describe('reader pool', () => {
  it('reads two documents at once', async () => {
    const pool = openPool({ size: 2 });
    const [one, two] = await Promise.all([readWhole(pool, report.path), readWhole(pool, letter)]);
    expect(one.pages.length).toBeGreaterThan(100);
    expect(two.result.content).toContain('Zoë Vandenbröeck');
    await pool.close();
  });

  it('reads one after the other when there is one seat, and the same text each time', async () => {
    const pool = openPool();
    const [one, , two] = await Promise.all([readWhole(pool, report.path), readWhole(pool, letter), readWhole(pool, report.path)]);
    expect(two).toEqual(one);
    await pool.close();
  });

  it('reads the next document while the text of a scan is recognised', async () => {
    const pool = openPool();
    const ended: string[] = [];
    const read = (path: string, name: string) => readWhole(pool, path).then(() => ended.push(name));
    await Promise.all([read(sample('scan.pdf'), 'scan'), read(letter, 'letter')]);
    expect(ended).toEqual(['letter', 'scan']);
    await pool.close();
  });

  it('waits for each batch to be taken before it sends the next', async () => {
    const pool = openPool();
    let open = 0;
    let most = 0;
    await pool.read(
      report,
      async () => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setTimeout(resolve, 5));
        open -= 1;
      },
      new AbortController().signal,
    );
    expect(most).toBe(1);
    await pool.close();
  });

  it('does not count the time that storing takes as silence', async () => {
    const pool = openPool({ silenceMs: 4_000 });
    let slow = true;
    const store = async () => {
      if (slow) await new Promise((resolve) => setTimeout(resolve, 4_500));
      slow = false;
    };
    await expect(pool.read(report, store, new AbortController().signal)).resolves.toMatchObject({ pages: expect.any(Number) });
    await pool.close();
  });

  it('ends a silent worker with TIMED_OUT and reads the next document', async () => {
    const pool = openPool({ silenceMs: 1_500 });
    const path = big('slow.html', 48);
    await expect(readWhole(pool, path)).rejects.toMatchObject({ code: 'TIMED_OUT' });
    expect((await readWhole(pool, letter)).chunks).toHaveLength(1);
    await pool.close();
  });

  it('survives a worker without memory: WORKER_CRASHED, worth another try', async () => {
    const pool = openPool({ heapMiB: 24 });
    const path = big('large.html', 12);
    await expect(readWhole(pool, path)).rejects.toMatchObject({ code: 'WORKER_CRASHED', retryable: true });
    expect((await readWhole(pool, letter)).chunks).toHaveLength(1);
    await pool.close();
  });

  it('stops at once when it is told to, in the middle of a document and in the queue', async () => {
    const pool = openPool();
    const abort = new AbortController();
    const reason = new Error('given up');
    const reading = pool.read(report, async () => abort.abort(reason), abort.signal);
    const queued = pool.read(report, async () => {}, abort.signal);
    await expect(reading).rejects.toBe(reason);
    await expect(queued).rejects.toBe(reason);
    expect((await readWhole(pool, letter)).chunks).toHaveLength(1);
    await pool.close();
  });

  it('passes on what storing throws', async () => {
    const pool = openPool();
    const full = new Error('disk full');
    await expect(pool.read(report, () => Promise.reject(full), new AbortController().signal)).rejects.toBe(full);
    await pool.close();
  });

  it('ends a reading when it is closed, and reads nothing afterwards', async () => {
    const pool = openPool();
    const reading = pool.read(report, () => pool.close(), new AbortController().signal);
    await expect(reading).rejects.toMatchObject({ code: 'WORKER_CRASHED', retryable: true });
    await expect(readWhole(pool, letter)).rejects.toMatchObject({ code: 'WORKER_CRASHED' });
  });
});
