/** The guard of the memory: before a model is loaded, idle ones make room, or it is refused with the figures. */
import { megabytes, neededBytes } from '../../core/models/fit';
import type { Engine } from '../../core/ports/llm';
import type { ModelStore, StoredModel } from '../../core/ports/model-store';

export interface Guarded {
  models: Pick<ModelStore, 'facts'>;
  /** Memory that programs may still take. */
  freeBytes(): number;
  /** Engines that may hold a model, those of the fewest uses first. */
  others(model: StoredModel): Engine[];
  /** Where the weights go to a graphics card, its own checks decide. */
  onCard(): boolean;
}

export async function makeRoom(model: StoredModel, { models, freeBytes, others, onCard }: Guarded): Promise<void> {
  if (onCard()) return;
  const facts = await models.facts(model);
  const { kind, size_bytes } = model;
  const sized = {
    kind,
    size_bytes,
    context_tokens: facts?.context_tokens ?? model.context_tokens,
    shape: facts?.shape ?? model.shape ?? null,
    basis: 'size' as const,
  };
  const needed = neededBytes(sized, freeBytes());
  for (const engine of others(model)) {
    if (needed <= freeBytes()) return;
    if (!engine.busy() && engine.info().state === 'loaded') await engine.unload();
  }
  const free = freeBytes();
  if (needed <= free) return;
  throw new Error(
    `it needs about ${megabytes(needed)} of memory, and only ${megabytes(free)} are free. Close other programs, or take a smaller model.`,
  );
}
