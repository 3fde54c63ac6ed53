/** Fetches the starter models of resources/models.json into the models folder; what is there whole is left alone. */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createRegistrySource } from './models/registry-source.mjs';
import { createDownloader } from './models/url-source.mjs';

const MANIFEST = fileURLToPath(new URL('../../resources/models.json', import.meta.url));

/**
 * @param {{modelsDir: string, log?: (line: string) => void, ids?: string[], manifest?: {models: object[]}}} options
 *   ids: these models instead of the starters
 * @returns {Promise<boolean>} false when a model could not be fetched; each such model was named in the log
 */
export async function ensureModels({ modelsDir, log = () => {}, ids, manifest = JSON.parse(readFileSync(MANIFEST, 'utf8')) }) {
  const wanted = manifest.models.filter(({ id, starter }) => (ids ? ids.includes(id) : starter));
  const missing = wanted.filter((model) => !isWhole(modelsDir, model));
  if (missing.length === 0) return true;
  const scratch = join(modelsDir, `.fetch-${process.pid}`);
  const sources = { download: createDownloader({ log }), registry: createRegistrySource(scratch), log };
  try {
    const results = await Promise.all(missing.map((model) => ensureModel(model, modelsDir, sources)));
    return results.every(Boolean);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A file gets its name only after its checksum was right, so its size says enough later. */
function isWhole(modelsDir, model) {
  return model.files.every(({ name, bytes }) => statSync(join(modelsDir, model.id, name), { throwIfNoEntry: false })?.size === bytes);
}

async function ensureModel(model, modelsDir, sources) {
  const folder = join(modelsDir, model.id);
  try {
    await mkdir(folder, { recursive: true });
    for (const file of model.files) await ensureFile(file, join(folder, file.name), sources);
    sources.log(`model ${model.id} is ready`);
    return true;
  } catch (error) {
    sources.log(`the model ${model.id} could not be fetched: ${error.message}`);
    return false;
  }
}

async function ensureFile(file, target, { download, registry, log }) {
  if (statSync(target, { throwIfNoEntry: false })?.size === file.bytes) return;
  const reasons = [];
  for (const source of file.sources) {
    // A file begun from one source is never continued from another kind of source.
    const part = `${target}.${source.type}.part`;
    try {
      if (source.type === 'url') await download(source.url, part, file.bytes);
      else await registry(source, part);
      await verify(part, file);
      return await rename(part, target);
    } catch (error) {
      reasons.push(`${originOf(source)}: ${error.message}`);
    }
  }
  log(`${file.name} is not available`);
  throw new Error(reasons.join('; '));
}

const originOf = ({ type, url, package: wheel, artifact }) => (type === 'url' ? new URL(url).host : (wheel ?? artifact));

async function verify(part, { sha256 }) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(part), hash);
  if (hash.digest('hex') === sha256) return;
  await rm(part);
  throw new Error('the checksum of what came is wrong, so it was thrown away');
}
