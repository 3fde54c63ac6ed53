/** Does a model fit into the memory of this machine? */
import { freemem } from 'node:os';
import type { ModelFit } from '../../contract/models';

const MiB = 1024 * 1024;
/** The engine itself, whatever the model. */
const ENGINE_BYTES = 128 * MiB;
/** Room for a conversation grows with the model: measured between 0.1 and 0.3 of the weights at 4,096 tokens. */
const CONVERSATION = 0.25;
/** Above this share of what is free, other programs begin to suffer. */
const COMFORTABLE = 0.8;

/** What programs may still take: the smaller of the machine's free memory and the limit of the container. */
const freeBytes = (): number => Math.min(freemem(), process.availableMemory());

/** @param size_bytes of the model's files; null when it is not known yet */
export function fitOf(size_bytes: number | null, loaded: boolean, free_bytes = freeBytes()): ModelFit {
  const none = { memory: 'ram' as const, weights_bytes: size_bytes, context_bytes: null, context_tokens: null, basis: 'size' as const };
  if (size_bytes === null)
    return { ...none, verdict: 'unknown', needed_bytes: null, free_bytes, reason: 'Its size is not known yet.', basis: 'none' };
  const needed_bytes = Math.round(size_bytes * (1 + CONVERSATION)) + ENGINE_BYTES;
  if (loaded) return { ...none, verdict: 'fits', needed_bytes, free_bytes, reason: 'It is in memory now.' };
  const facts = `It needs about ${megabytes(needed_bytes)} of memory, and ${megabytes(free_bytes)} are free`;
  if (needed_bytes > free_bytes)
    return { ...none, verdict: 'too_large', needed_bytes, free_bytes, reason: `${facts}: close other programs, or take a smaller model.` };
  if (needed_bytes > free_bytes * COMFORTABLE)
    return { ...none, verdict: 'tight', needed_bytes, free_bytes, reason: `${facts}: the machine may become slow.` };
  return { ...none, verdict: 'fits', needed_bytes, free_bytes, reason: `${facts}.` };
}

const megabytes = (bytes: number) => (bytes >= 10_000 * MiB ? `${Math.round(bytes / 1024 / MiB)} GiB` : `${Math.round(bytes / MiB)} MiB`);

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
