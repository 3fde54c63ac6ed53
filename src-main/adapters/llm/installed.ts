/** Which models lie whole in the models folder: those of the catalogue, and GGUF files that people put there. */
import { readdirSync, statSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import manifest from '../../../resources/models.json';

const entry = z.object({
  id: z.string(),
  kind: z.enum(['chat', 'embedding']),
  engine: z.enum(['llama-cpp', 'onnx']),
  name: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })).min(1),
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

/** A model of the catalogue, resources/models.json; the first of a kind is the best. */
export type CatalogueModel = z.output<typeof entry>;

export interface ChatFile {
  id: string;
  path: string;
}

/** Models that Pressmark knows, installed or not. */
export function catalogue(): CatalogueModel[] {
  return z.object({ models: z.array(entry) }).parse(manifest).models;
}

/** True when all files of the model are there in full length (their checksums were looked at when they came). */
export function isInstalled(modelsDir: string, { id, files }: CatalogueModel): boolean {
  return files.every(({ name, bytes }) => fileSize(join(modelsDir, id, name)) === bytes);
}

/** Chat models ready to load, best first: a model that someone put into the folder on purpose goes before the starter. */
export function installedChatFiles(modelsDir: string): ChatFile[] {
  const known = catalogue();
  const own = foldersOf(modelsDir)
    .filter((id) => !known.some((model) => model.id === id))
    .flatMap((id) => firstGguf(join(modelsDir, id)).map((path) => ({ id, path })));
  const shipped = known
    .filter((model) => model.kind === 'chat' && isInstalled(modelsDir, model))
    .flatMap(({ id, files: [file] }) => (file ? [{ id, path: join(modelsDir, id, file.name) }] : []));
  return [...own, ...shipped];
}

/** A GGUF file named by its path, or null when the text is no such path. */
export function ggufAt(choice: string): ChatFile | null {
  return isAbsolute(choice) || choice.endsWith('.gguf') ? { id: basename(choice, '.gguf'), path: choice } : null;
}

/** Size in bytes; -1 when there is no such file. */
export function fileSize(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? stat.size : -1;
}

function foldersOf(modelsDir: string): string[] {
  try {
    const entries = readdirSync(modelsDir, { withFileTypes: true });
    return entries.filter((item) => item.isDirectory() && !item.name.startsWith('.')).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** The file to open: of a model in several parts, the first. */
function firstGguf(folder: string): string[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.gguf') && !name.startsWith('mmproj'))
    .sort();
  return names.slice(0, 1).map((name) => join(folder, name));
}
