/** Routes of followed folders. */
import type { Services } from '../../core/services';
import type { Operations } from '../operations';

export const folderRoutes = (os: Operations['folders'], { folders }: Services) => ({
  add: os.add.handler(({ input }) => folders.add(input)),
  list: os.list.handler(({ input }) => folders.list(input)),
  get: os.get.handler(({ input }) => folders.get(input)),
  update: os.update.handler(({ input }) => folders.update(input)),
  remove: os.remove.handler(({ input }) => folders.remove(input)),
  pause: os.pause.handler(({ input }) => folders.pause(input)),
  resume: os.resume.handler(({ input }) => folders.resume(input)),
  rescan: os.rescan.handler(({ input }) => folders.rescan(input)),
});
