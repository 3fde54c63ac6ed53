/** Models outside the catalogue: imported ones, GGUF files that people put into the models folder, and one that the configuration names. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { StoredModel } from '../../core/ports/model-store';
import { fileSize } from './catalogue';

/** Lies beside the weights of an imported model. */
export const CARD = 'model.json';
const card = z.object({
  name: z.string(),
  kind: z.enum(['chat', 'embedding', 'reranker']),
  sha256: z.string(),
  context_tokens: z.number().nullable(),
  licence: z.string().nullable(),
  /** False: the file holds no chat format. Left out by older versions. */
  template: z.boolean().optional(),
});
export type Card = z.output<typeof card>;

const UNKNOWN = {
  engine: 'llama-cpp',
  licence: null,
  context_tokens: null,
  languages: [] as string[],
  purpose: null,
  embedding: null,
} as const;

/** The models in folders that the catalogue does not know, by their names. */
export function ownModels(modelsDir: string, known: ReadonlySet<string>): StoredModel[] {
  return foldersOf(modelsDir)
    .filter((id) => !known.has(id))
    .flatMap((id) => inFolder(modelsDir, id));
}

function inFolder(modelsDir: string, id: string): StoredModel[] {
  const folder = join(modelsDir, id);
  const paths = ggufsOf(folder);
  const size_bytes = paths.reduce((sum, path) => sum + Math.max(0, fileSize(path)), 0);
  if (paths.length === 0) return [];
  const { name, kind, sha256, template, ...facts } =
    cardOf(folder) ?? ({ name: id, kind: 'chat', sha256: '', context_tokens: null, licence: null } satisfies Card as Card);
  const version = sha256.slice(0, 8) || `${size_bytes}`;
  return [
    {
      ...UNKNOWN,
      ...facts,
      ...(template === undefined ? {} : { template }),
      id,
      name,
      kind,
      origin: 'imported',
      size_bytes,
      installed: true,
      paths,
      version,
    },
  ];
}

/** A GGUF file anywhere on the disk, used as chat model; it may be missing. */
export function outsideModel(path: string, id: string): StoredModel {
  const size = fileSize(path);
  const name = basename(path);
  const size_bytes = Math.max(0, size);
  return { ...UNKNOWN, id, name, kind: 'chat', origin: 'outside', size_bytes, installed: size >= 0, paths: [path], version: `${size}` };
}

function cardOf(folder: string): Card | null {
  try {
    return card.parse(JSON.parse(readFileSync(join(folder, CARD), 'utf8')));
  } catch {
    return null;
  }
}

function foldersOf(modelsDir: string): string[] {
  try {
    const entries = readdirSync(modelsDir, { withFileTypes: true });
    return entries.filter((item) => item.isDirectory() && !item.name.startsWith('.')).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** The file to open comes first: of a model in several parts, the first part. */
function ggufsOf(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.gguf') && !name.startsWith('mmproj'));
  return names.sort().map((name) => join(folder, name));
}
