/** Starts llama.cpp on the best device of this machine; says which one and why. */
import { availableParallelism } from 'node:os';
import type { Llama } from 'node-llama-cpp';
import type { GpuInfo } from '../../../contract/system';
import type { Log } from '../../../core/ports/runtime';

export const GPU_NOT_ASKED: GpuInfo = { requested: 'auto', used: null, supported: null, devices: [], reason: null };

/**
 * Reading a prompt is computation and takes all cores; writing waits for memory, and there one core fewer costs nothing, while one
 * too many (the window or the embedding engine works as well) makes all wait for the slowest.
 */
export function writingThreads(threads: number): number {
  return Math.max(1, threads - 1);
}

/** llama.cpp with more threads than cores falls to a hundredth of its speed; past a dozen, memory is the limit. */
const THREADS_AT_MOST = 12;

export function inferenceThreads(cores = availableParallelism()): number {
  return Math.max(1, Math.min(cores, THREADS_AT_MOST));
}

/** Loads the native engine: the graphics card when it works, else the CPU. Throws when neither does. */
export async function startEngine(log: Log, threads: number): Promise<{ llama: Llama; gpu: GpuInfo }> {
  const { getLlama, getLlamaGpuTypes, LlamaLogLevel } = await import('node-llama-cpp');
  const supported = await getLlamaGpuTypes('supported').catch(() => []);
  const cards = supported.flatMap((type) => type || []);
  const common = {
    build: 'never' as const,
    progressLogs: false,
    maxThreads: threads,
    logLevel: LlamaLogLevel.warn,
    // Never stdout: that belongs to answers and to the ready line.
    logger: (level: string, message: string) => log.debug('llama.cpp', { level, message: message.trim() }),
  };
  const started = await startOnCard(() => getLlama({ ...common, gpu: 'auto' }));
  if (started.llama) {
    const { llama, devices } = started;
    return { llama, gpu: { requested: 'auto', used: llama.gpu || 'none', supported: cards, devices, reason: null } };
  }
  const reason = cards.length === 0 ? 'No graphics card with a driver for CUDA, Vulkan or Metal was found.' : started.reason;
  return {
    llama: await getLlama({ ...common, gpu: false }),
    gpu: { requested: 'auto', used: 'none', supported: cards, devices: [], reason },
  };
}

/** A driver alone is not enough: some systems have Vulkan installed and no card that it could use. */
async function startOnCard(start: () => Promise<Llama>): Promise<{ llama: Llama | null; devices: string[]; reason: string }> {
  try {
    const llama = await start();
    const devices = llama.gpu ? await llama.getGpuDeviceNames() : [];
    if (devices.length > 0) return { llama, devices, reason: '' };
    const reason = `The driver for ${llama.gpu || 'graphics'} is there, but it shows no graphics card.`;
    await llama.dispose();
    return { llama: null, devices, reason };
  } catch (error) {
    return { llama: null, devices: [], reason: `The graphics card could not be used: ${error instanceof Error ? error.message : error}` };
  }
}
