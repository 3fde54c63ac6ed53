/** How fast a model reads and writes on this machine: measured while it works, kept for estimates. */
import { z } from 'zod';
import type { Ports } from '../../ports';

/** Of the settings of the library. */
const KEY = 'graph_deep_speed';
const speed = z.object({ read: z.number().positive(), write: z.number().positive(), written: z.number().nonnegative() });
/** Tokens a second, and tokens written for one chunk. */
export type Speed = z.output<typeof speed>;
const speeds = z.record(z.string(), speed);

/** Of a small computer without a GPU. */
export const ASSUMED: Speed = { read: 60, write: 8, written: 150 };
/** How much the last chunk counts. */
const NEW = 0.2;

export async function speedOf({ records }: Pick<Ports, 'records'>, reader: string): Promise<Speed | null> {
  return speeds.safeParse(await records.settings.get(KEY)).data?.[reader] ?? null;
}

export async function noteSpeed({ records }: Pick<Ports, 'records'>, reader: string, measured: Speed): Promise<void> {
  const kept = speeds.safeParse(await records.settings.get(KEY)).data ?? {};
  const before = kept[reader] ?? measured;
  const mixed = (of: keyof Speed) => before[of] * (1 - NEW) + measured[of] * NEW;
  await records.settings.set(KEY, { ...kept, [reader]: { read: mixed('read'), write: mixed('write'), written: mixed('written') } });
}
