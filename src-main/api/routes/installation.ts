/** Routes of the installation: what it is, its settings, who may use it, and what was done. */
import type { Log } from '../../core/ports/runtime';
import type { Services } from '../../core/services';
import type { Metrics } from '../metrics';
import { expected, live, type Operations, withContractErrors } from '../operations';

export const systemRoutes = (os: Operations['system'], { system }: Services, { log, metrics }: { log: Log; metrics: Metrics }) => ({
  health: os.health.handler(() => system.health()),
  info: os.info.handler(() => system.info()),
  compact: os.compact.handler(() => system.compact()),
  metrics: os.metrics.handler(() => metrics.file()),
  events: os.events.handler(({ input, signal, context }) => withContractErrors(system.events(input.after, live(signal)), log, context)),
});

export const settingRoutes = (os: Operations['settings'], { settings }: Services) => ({
  get: os.get.handler(() => settings.get()),
  update: os.update.handler(({ input: { version, ...change }, context }) => settings.update(change, expected(version, context))),
});

export const tokenRoutes = (os: Operations['tokens'], { tokens }: Services) => ({
  list: os.list.handler(({ input }) => tokens.list(input)),
  create: os.create.handler(({ input }) => tokens.create(input)),
  rotate: os.rotate.handler(({ input }) => tokens.rotate(input)),
  revoke: os.revoke.handler(({ input }) => tokens.revoke(input.id)),
  rotateKey: os.rotateKey.handler(() => tokens.rotateKey()),
});

export const auditRoutes = (os: Operations['audit'], { audit }: Services) => ({
  list: os.list.handler(({ input }) => audit.list(input)),
  export: os.export.handler(({ input }) => audit.export(input)),
});
