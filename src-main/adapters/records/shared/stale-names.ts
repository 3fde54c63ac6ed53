/** Other names of an entity that only a deleted text had go with it, and the words by which they were found. */
import { tellingWords, wordsOfNames } from '../../../core/graph/extract/names';

/** A name stands where it was read, perhaps with a title or a first name around: so many characters to both sides are looked at. */
export const AROUND = 60;

export interface NamedEntity {
  key: string;
  name: string;
  /** Those that stay. */
  aliases: string[];
  /** Keys of what a person merged into it. */
  merged: string[];
}

/** The words of these names by which the entity cannot be found any more. */
export function staleWords(gone: string[], { key, name, aliases, merged }: NamedEntity): string[] {
  const kept = new Set([...[key, ...merged].flatMap(tellingWords), ...wordsOfNames([name, ...aliases])]);
  return wordsOfNames(gone).filter((word) => !kept.has(word));
}
