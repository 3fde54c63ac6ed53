/** Takes V8's coverage of the sources that a test file loads, with the transformed text that the offsets belong to. Off without COVERAGE_RAW. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folder = process.env.COVERAGE_RAW;
const SOURCE = /\/(src-main|src-preload|renderer)\/.+\.tsx?$/;

if (folder) {
  const session = new Session();
  session.connect();
  await session.post('Debugger.enable');
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  afterAll(async () => {
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const own = result.filter(({ url }) => SOURCE.test(url) && !url.includes('/node_modules/'));
    const entries = await Promise.all(own.map((entry) => withSource(session, entry)));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `vitest-${randomUUID()}.json`), JSON.stringify(entries));
  });
}

async function withSource(session: Session, entry: Profiler.ScriptCoverage) {
  const { scriptSource } = await session.post('Debugger.getScriptSource', { scriptId: entry.scriptId });
  return { ...entry, source: scriptSource };
}
