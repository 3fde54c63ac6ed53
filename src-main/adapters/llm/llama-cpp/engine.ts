/** Starts llama.cpp on the best device of this machine; says which one and why. */
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

type Tried = NonNullable<GpuInfo['tried']>;

/** Loads the native engine: the first kind of graphics card that really works, else the CPU. Throws when neither does. */
export async function startEngine(log: Log, threads: number): Promise<{ llama: Llama; gpu: GpuInfo }> {
  const { getLlama, getLlamaGpuTypes, LlamaLogLevel } = await import('node-llama-cpp');
  // Without the argument it lists what is valid here, CUDA first, whether it is there or not.
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
  const tried: Tried = [];
  for (const type of cards) {
    const started = await startOnCard(() => getLlama({ ...common, gpu: type }));
    if (typeof started !== 'string')
      return { llama: started.llama, gpu: { requested: 'auto', used: type, supported: cards, reason: null, tried, ...started.card } };
    tried.push({ type, error: started });
    log.warn('a kind of graphics card did not work', { type, reason: started });
  }
  const reason = tried.length === 0 ? 'No graphics card with a driver for CUDA, Vulkan or Metal was found.' : tried.map(reasonOf).join(' ');
  return {
    llama: await getLlama({ ...common, gpu: false }),
    gpu: { requested: 'auto', used: 'none', supported: cards, devices: [], reason, tried, memory: null },
  };
}

const NAMES: Partial<Record<string, string>> = { cuda: 'CUDA', vulkan: 'Vulkan', metal: 'Metal' };
const reasonOf = ({ type, error }: Tried[number]) => `${NAMES[type] ?? type}: ${error}`;

type Card = Required<Pick<GpuInfo, 'devices' | 'memory'>>;

/** A driver alone is not enough: some systems have Vulkan installed and no card that it could use. Returns why it does not work. */
async function startOnCard(start: () => Promise<Llama>): Promise<{ llama: Llama; card: Card } | string> {
  let llama: Llama | null = null;
  try {
    llama = await start();
    const devices = llama.gpu ? await llama.getGpuDeviceNames() : [];
    const { total, free } = await llama.getVramState();
    if (devices.length > 0) return { llama, card: { devices, memory: { total_bytes: total, free_bytes: free } } };
    await llama.dispose();
    return 'the driver is there, but it shows no graphics card.';
  } catch (error) {
    await llama?.dispose();
    return `it could not be used (${error instanceof Error ? error.message : error}).`;
  }
}
