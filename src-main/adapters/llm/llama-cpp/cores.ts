/** How many threads compute best on this machine, now: real cores, the container's share, and what other programs leave. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/** Past a dozen, memory is the limit. */
const THREADS_AT_MOST = 12;
/** With so few, hyper-threads are worth using. */
const FEW = 4;
const TOPOLOGY = '/sys/devices/system/cpu';
const SAMPLE_MS = 1_000;

/** Two hyper-threads of a core share what computes; null where the system does not tell. */
function physicalCores(): number | null {
  try {
    const names = readdirSync(TOPOLOGY).filter((name) => /^cpu\d+$/.test(name));
    const siblings = names.map((name) => readFileSync(`${TOPOLOGY}/${name}/topology/thread_siblings_list`, 'utf8').trim());
    return new Set(siblings).size || null;
  } catch {
    return null;
  }
}

/** llama.cpp with more threads than cores falls to a hundredth of its speed. @param cores affinity and quota of the container are in it */
export function inferenceThreads(cores = availableParallelism(), physical = physicalCores()): number {
  const real = cores > FEW && physical !== null ? Math.max(FEW, Math.min(cores, physical)) : cores;
  return Math.max(1, Math.min(real, THREADS_AT_MOST));
}

interface Sample {
  at: number;
  /** Milliseconds that all cores together worked, and this process of them. */
  all: number;
  own: number;
}

function sample(): Sample {
  const all = cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);
  const { user, system } = process.cpuUsage();
  return { at: performance.now(), all, own: (user + system) / 1000 };
}

/** Cores that other programs keep busy, as it was over the last second or more. */
export function createLoadMeter(): () => number {
  let last = sample();
  let busy = 0;
  return () => {
    const now = sample();
    const passed = now.at - last.at;
    if (passed < SAMPLE_MS) return busy;
    busy = Math.max(0, (now.all - last.all - (now.own - last.own)) / passed);
    last = now;
    return busy;
  };
}

/** A thread that has to wait for a core makes all others wait for it. */
export const freeThreads = (threads: number, busy: number, cores = cpus().length): number =>
  Math.max(1, Math.min(threads, Math.round(cores - busy)));
