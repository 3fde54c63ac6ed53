/** Routes of backups. */
import type { Services } from '../../core/services';
import { backupFile } from '../file-transfer';
import { live, type Operations } from '../operations';

export const backupRoutes = (os: Operations['backups'], { backups }: Services) => ({
  create: os.create.handler(() => backups.create()),
  list: os.list.handler(({ input }) => backups.list(input)),
  get: os.get.handler(({ input }) => backups.get(input.name)),
  file: os.file.handler(({ input }) => backupFile(backups, input.name)),
  remove: os.remove.handler(({ input }) => backups.remove(input.name)),
  waiting: os.waiting.handler(() => backups.waiting()),
  dropWaiting: os.dropWaiting.handler(() => backups.dropWaiting()),
  restore: os.restore.handler(({ input, signal }) => backups.restore(input, live(signal))),
});
