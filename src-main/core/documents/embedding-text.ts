/** What is embedded of a chunk, and how it is told that two chunks embed the same. */
import { createHash } from 'node:crypto';

/** The text under its headings, since a passage often only makes sense below its title. */
export function embeddingText(chunk: { text: string; heading_path: string[] }): string {
  return chunk.heading_path.length > 0 ? `${chunk.heading_path.join(' > ')}\n${chunk.text}` : chunk.text;
}

/** The same for two chunks whose vectors of one model are the same. */
export function embeddingHash(chunk: { text: string; heading_path: string[] }): Buffer {
  return createHash('sha256').update(embeddingText(chunk)).digest();
}
