/** Which model of each kind to take on this machine: the best that fits comfortably. */
import type { Model, ModelKind } from '../../contract/models';

/** A CPU of few cores writes with larger models slower than people read. Numbers of a model for each core. */
const PER_CORE = 600_000_000;

const KINDS: ModelKind[] = ['chat', 'embedding', 'reranker'];

/** @param catalogue ids in the order of the catalogue, where the first of a kind that is no chat model is the best */
export function recommended(models: readonly Model[], catalogue: readonly string[], cores: number, gpu: boolean): Set<string> {
  const fitting = models.filter(({ origin, fit }) => origin === 'catalogue' && fit.verdict === 'fits');
  return new Set(KINDS.flatMap((kind) => bestOf(kind, fitting, catalogue, gpu ? Number.POSITIVE_INFINITY : cores * PER_CORE) ?? []));
}

function bestOf(kind: ModelKind, models: readonly Model[], catalogue: readonly string[], most: number): string | undefined {
  const of = models.filter((model) => model.kind === kind).sort((one, two) => catalogue.indexOf(one.id) - catalogue.indexOf(two.id));
  if (kind !== 'chat') return of[0]?.id;
  const quick = of.filter(({ parameters }) => (parameters ?? 0) <= most);
  const largest = quick.sort((one, two) => (two.parameters ?? 0) - (one.parameters ?? 0))[0];
  return (largest ?? of.sort((one, two) => (one.parameters ?? 0) - (two.parameters ?? 0))[0])?.id;
}
