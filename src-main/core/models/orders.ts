/** What a model job was told to fetch: kept with the job, so that it can go on after a restart and be retried. */
import { z } from 'zod';
import { type ModelSource, modelKind } from '../../contract/models';
import { AppError } from '../errors';
import type { ModelOrder, ModelStore } from '../ports/model-store';

const imported = z.object({
  id: z.string(),
  from: z.enum(['path', 'url']),
  location: z.string(),
  sha256: z.string().nullable(),
  name: z.string(),
  kind: modelKind,
  size_bytes: z.number().nullable(),
});
const order = z.union([imported, z.object({ id: z.string(), from: z.literal('catalogue') })]);

/** Reads the payload of a job; throws when it is none of ours. */
export const readOrder = (payload: unknown): ModelOrder => order.parse(payload);

/** @throws AppError NOT_FOUND when the path is not that of a file; whether it is a model is for the job to find out */
export async function orderOf(source: ModelSource, models: ModelStore, taken: (id: string) => Promise<boolean>): Promise<ModelOrder> {
  const { path, url = '', kind, sha256 = null } = source;
  const size_bytes = path === undefined ? null : await sizeOf(path, models);
  const name = source.name ?? fileNameOf(path ?? new URL(url).pathname);
  const id = await freeId(name, taken);
  return { id, from: path === undefined ? 'url' : 'path', location: path ?? url, sha256, name, kind, size_bytes };
}

async function sizeOf(path: string, models: ModelStore): Promise<number> {
  const size = await models.fileSize(path);
  if (size !== null) return size;
  throw new AppError('NOT_FOUND', 'path: there is no file at this path.', { field: 'path' });
}

function fileNameOf(path: string): string {
  const last = path.split(/[\\/]/).at(-1) ?? '';
  return (
    decode(last)
      .replace(/\.gguf$/i, '')
      .trim()
      .slice(0, 200) || 'model'
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A readable id made of the name: it becomes the name of a folder, so only harmless characters stay. */
async function freeId(name: string, taken: (id: string) => Promise<boolean>): Promise<string> {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-');
  const base = plain.slice(0, 60).replace(/^[-._]+|[-._]+$/g, '') || 'model';
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? base : `${base}-${count}`;
    if (!(await taken(id))) return id;
  }
}
