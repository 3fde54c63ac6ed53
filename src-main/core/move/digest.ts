/** One hash over rows in their order, the same whatever database they come from. */
import { createHash } from 'node:crypto';
import type { LibraryRow } from '../ports/library-rows';

/** @param properties those that count */
export async function digestOf(rows: AsyncIterable<LibraryRow>, properties: readonly string[]): Promise<{ rows: number; digest: string }> {
  const hash = createHash('sha256');
  let count = 0;
  for await (const row of rows) {
    count += 1;
    hash.update(canonical(properties.map((property) => row[property] ?? null))).update('\n');
  }
  return { rows: count, digest: hash.digest('hex') };
}

/** What a database cannot hold in a text (NUL in PostgreSQL, halves of a character in both) it holds as this. */
const REPLACED = '\uFFFD';
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** JSON with sorted properties; bytes as base64. Databases keep the properties of JSON in different orders. */
function canonical(value: unknown): string {
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`;
  if (typeof value === 'string') return JSON.stringify(value.replace(UNSTORABLE, REPLACED));
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => `${canonical(key)}:${canonical(one)}`)
    .join()}}`;
}
