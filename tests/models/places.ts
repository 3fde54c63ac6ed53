/** Where the tests find the models and the built worker, and a log that keeps quiet. */
import { join } from 'node:path';
import { applicationDataDir } from '../../src-main/app/paths';
import type { Log } from '../../src-main/core/ports/runtime';

export const modelsDir = process.env.PRESSMARK_MODELS_DIR ?? join(applicationDataDir(), 'models');
export const workerPath = join(import.meta.dirname, '..', '..', 'dist', 'main', 'embed-worker.cjs');
const nothing = () => undefined;
export const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
