/** Routes of the models. */
import type { Services } from '../../core/services';
import type { Operations } from '../operations';

export const modelRoutes = (os: Operations['models'], { models }: Services) => ({
  list: os.list.handler(({ input }) => models.list(input)),
  get: os.get.handler(({ input }) => models.get(input.id)),
  import: os.import.handler(({ input }) => models.import(input)),
  download: os.download.handler(({ input }) => models.download(input.id)),
  load: os.load.handler(({ input }) => models.load(input.id)),
  unload: os.unload.handler(({ input }) => models.unload(input.id)),
  remove: os.remove.handler(({ input }) => models.remove(input.id)),
  external: os.external.handler(() => models.external.get()),
  setExternal: os.setExternal.handler(({ input }) => models.external.set(input)),
  testExternal: os.testExternal.handler(() => models.external.test()),
});
