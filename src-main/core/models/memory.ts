/** The memory that programs may still take, as far as the system tells. */
import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';

/** What Linux calls available: free pages, and those of files that it gives up at once. */
function ofLinux(): number | null {
  try {
    const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
    return kib === undefined ? null : Number(kib) * 1024;
  } catch {
    return null;
  }
}

/** The smaller of the machine's and that of the container. */
export function availableBytes(): number {
  const machine = process.platform === 'linux' ? ofLinux() : null;
  const container = process.constrainedMemory() < Number.MAX_SAFE_INTEGER ? process.availableMemory() : Number.POSITIVE_INFINITY;
  return Math.min(machine ?? freemem(), container);
}
