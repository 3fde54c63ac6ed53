/** Does a model fit into the memory of this machine? With the figures that the answer rests on. */
import type { ModelFit, ModelKind } from '../../contract/models';
import type { Shape } from '../ports/model-store';

const MiB = 1024 * 1024;
/** The engine itself and what it computes in, whatever the model. */
const ENGINE_BYTES = 128 * MiB;
/** Where the shape is not known: measured between 0.1 and 0.3 of the weights at 4,096 tokens. */
const CONVERSATION = 0.25;
/** Above this share of what is free, other programs begin to suffer. */
const COMFORTABLE = 0.8;
/** What is read at once, in main memory and on a card, where the model can read as much. */
const WINDOW = { ram: 4_096, gpu: 16_384 };
const LEAST_WINDOW = 1_024;
/** Keys and values, two bytes a number. */
const BYTES_PER_NUMBER = 4;

export interface Sized {
  kind: ModelKind;
  /** Of its files; null when it is not known yet. */
  size_bytes: number | null;
  /** What it was trained to read. */
  context_tokens: number | null;
  shape: Shape | null;
  basis: 'header' | 'catalogue' | 'size';
}

/** What is free now. */
export interface Room {
  ram: number;
  /** Of the graphics cards, where the engine uses one. */
  gpu: number | null;
}

const conversationOf = ({ layers, kv_heads, head_size }: Shape, tokens: number) =>
  layers * kv_heads * head_size * BYTES_PER_NUMBER * tokens;

interface Need {
  weights_bytes: number;
  context_bytes: number;
  context_tokens: number | null;
}

/** What the model takes with the longest conversation that has room; with the shortest where none has. */
function needOf({ kind, size_bytes, context_tokens, shape }: Sized, window: number, free: number): Need {
  const weights_bytes = size_bytes ?? 0;
  if (kind !== 'chat') return { weights_bytes, context_bytes: ENGINE_BYTES, context_tokens };
  const longest = Math.min(window, context_tokens ?? window);
  if (!shape) return { weights_bytes, context_bytes: Math.round(weights_bytes * CONVERSATION) + ENGINE_BYTES, context_tokens: longest };
  const per = conversationOf(shape, 1);
  const room = Math.floor((free * COMFORTABLE - weights_bytes - ENGINE_BYTES) / per);
  const tokens = Math.max(Math.min(LEAST_WINDOW, longest), Math.min(longest, room));
  return { weights_bytes, context_bytes: Math.round(per * tokens) + ENGINE_BYTES, context_tokens: tokens };
}

/** Bytes of memory that the model takes with one conversation. */
export const neededBytes = (model: Sized, free: number): number => {
  const { weights_bytes, context_bytes } = needOf(model, WINDOW.ram, free);
  return weights_bytes + context_bytes;
};

export function fitOf(model: Sized, loaded: boolean, room: Room): ModelFit {
  const { gpu, ram } = room;
  const free_bytes = gpu ?? ram;
  const memory = gpu === null ? ('ram' as const) : ('gpu' as const);
  if (model.size_bytes === null || model.size_bytes === 0) return { ...UNKNOWN, free_bytes, memory };
  const need = needOf(model, WINDOW[memory], free_bytes);
  const needed_bytes = need.weights_bytes + need.context_bytes;
  const figures = { ...need, needed_bytes, free_bytes, memory, basis: model.basis };
  if (loaded) return { ...figures, verdict: 'fits', reason: 'It is in memory now.' };
  const parts = `${megabytes(need.weights_bytes)} of weights and ${megabytes(need.context_bytes)} to work in`;
  const facts = `It needs about ${megabytes(needed_bytes)} of memory (${parts}), and ${megabytes(free_bytes)} are free`;
  if (needed_bytes <= free_bytes * COMFORTABLE) return { ...figures, verdict: 'fits', reason: `${facts}.` };
  if (needed_bytes <= free_bytes) return { ...figures, verdict: 'tight', reason: `${facts}: the machine may become slow.` };
  if (gpu !== null && needed_bytes <= gpu + ram * COMFORTABLE)
    return { ...figures, verdict: 'tight', reason: `${facts} on the graphics card: the rest lies in main memory, which is slower.` };
  return { ...figures, verdict: 'too_large', reason: `${facts}: close other programs, or take a smaller model.` };
}

const UNKNOWN = {
  verdict: 'unknown' as const,
  needed_bytes: null,
  reason: 'Its size is not known yet.',
  weights_bytes: null,
  context_bytes: null,
  context_tokens: null,
  basis: 'none' as const,
};

export const megabytes = (bytes: number): string =>
  bytes >= 10_000 * MiB ? `${Math.round(bytes / 1024 / MiB)} GiB` : `${Math.round(bytes / MiB)} MiB`;

/** Of an external engine: it takes no memory here. */
export const ELSEWHERE: ModelFit = {
  verdict: 'fits',
  needed_bytes: 0,
  free_bytes: 0,
  reason: 'It runs elsewhere, and takes no memory of this machine.',
  memory: 'ram',
  weights_bytes: 0,
  context_bytes: 0,
  context_tokens: null,
  basis: 'none',
};
