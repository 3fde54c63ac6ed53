/** The stage `backup`: the archive is written; an interrupted one starts over. */
import { z } from 'zod';
import type { Job } from '../../contract/jobs';
import { AppError } from '../errors';
import type { JobContext, Stage } from '../jobs/runner';
import type { Ports } from '../ports';

const order = z.object({ name: z.string() });

export function createBackupStage({ backups, records, runtime }: Ports): Stage {
  return {
    lanes: 1,
    next: null,
    pauses: false,
    givesUp: true,
    async run({ id }: Job, { signal, progress }: JobContext): Promise<void> {
      const { name } = order.parse(await records.jobs.payload(id));
      const report = (done: number, total: number) => progress({ done, total, unit: 'bytes' });
      await backups.write({ id, path: backups.path(name), version: runtime.version }, { signal, progress: report });
    },
    settle: async () => undefined,
    async again({ id, kind, stage, subject }) {
      if (subject === null) throw new AppError('CONFLICT', 'This job does not say where its backup belongs; order a new one.');
      return records.jobs.add({ id: runtime.id(), kind, stage, subject, payload: await records.jobs.payload(id) });
    },
  };
}
