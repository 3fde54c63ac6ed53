/** Compacting the library while it is in use: jobs are held, everything else goes on. */
import type { Compacted } from '../../contract/system';
import { AppError } from '../errors';
import type { Runner } from '../jobs/runner';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';

/** A model that is being fetched has nothing to do with the library, and may take hours. */
const MATTERS = (stage: Parameters<Parameters<Runner['hold']>[1]>[0]) => stage !== 'fetch';

export function createCompaction({ records, backups, runtime }: Ports, runner: Runner): () => Promise<Compacted> {
  return async () => {
    const { care } = records;
    const bytes_before = await care.size();
    // The new file and its log of changes, before the old one goes.
    if ((await backups.room()) < 2 * bytes_before) {
      throw new AppError('CONFLICT', 'There is not enough room on the disk to write the library anew.', { needed_bytes: 2 * bytes_before });
    }
    const release = await runner.hold(LIMITS.compactWaitMs, MATTERS);
    const begun = runtime.now().getTime();
    try {
      await care.compact();
      const bytes_after = await care.size();
      const duration_ms = runtime.now().getTime() - begun;
      runtime.log.info('library compacted', { bytes_before, bytes_after, duration_ms });
      return { bytes_before, bytes_after, duration_ms, copies: await backups.copies() };
    } finally {
      release();
      runner.wake();
    }
  };
}
