/** The words that tell one group of texts from the others: class-based TF-IDF, as BERTopic has it. */
import { STOP_WORDS } from '../search/stop-words';
import { OPENERS, SPEECH } from './extract/vocabulary';

const SHOWN = 8;
/** Words that stand in one passage only are its author's chance. */
const LEAST = 2;
const WORD = /\p{L}[\p{L}\p{M}'’-]{2,29}/gu;

/** In one book, the words of every day are frequent in all classes: what is rare elsewhere counts more than in news of all kinds. */
const RARITY = 2;
/** Stands before nouns. */
const DETERMINED =
  /(?<![\p{L}])(?:the|an?|his|her|its|their|our|your|my|this|that|these|those|der|die|das|ein|eine|le|la|les|une?|el|los|las)\s+(\p{L}[\p{L}\p{M}'’-]{2,29})/giu;
/** “the judge” so often that it is no verb there. */
const NOUN = 0.3;
/** Nouns that say as little as pronouns. */
const VAGUE = new Set('thing things way ways time times kind sort lot bit side one ones everything nothing anything something'.split(' '));

/**
 * Of each class, its most characteristic words in their most frequent writing; names, which have their own place, are left out.
 * @param kindOf what a dictionary takes a word for that stands alone; asked of the best words only
 */
export function characteristicWords(classes: string[][], kindOf: (word: string) => 'noun' | 'verb' | 'other'): string[][] {
  const counted = classes.map(countWords);
  const everywhere = new Map<string, number>();
  let all = 0;
  for (const { counts, total } of counted) {
    all += total;
    for (const [word, count] of counts) everywhere.set(word, (everywhere.get(word) ?? 0) + count);
  }
  const average = all / Math.max(1, classes.length);
  return counted.map(({ counts, determined, total }) => {
    const scored = [...counts]
      .filter(([, count]) => count >= LEAST)
      .map(([word, count]) => ({ word, score: (count / (total || 1)) * Math.log(1 + average / (everywhere.get(word) ?? 1)) ** RARITY }));
    const words: string[] = [];
    for (const { word } of scored.sort((a, b) => b.score - a.score || (a.word < b.word ? -1 : 1))) {
      if (words.length >= SHOWN) break;
      if (VAGUE.has(word)) continue;
      const kind = kindOf(word);
      const isNoun = kind === 'noun' || (kind === 'verb' && (determined.get(word) ?? 0) >= NOUN * (counts.get(word) ?? 0));
      if (isNoun) words.push(word);
    }
    return words;
  });
}

/** In how many texts each word stands: one passage that repeats a word says no more with it. */
function countWords(texts: string[]): { counts: Map<string, number>; determined: Map<string, number>; total: number } {
  const counts = new Map<string, number>();
  const determined = new Map<string, number>();
  const capitals = new Map<string, number>();
  let total = 0;
  for (const text of texts) {
    const words = new Set<string>();
    for (const [written] of text.matchAll(WORD)) {
      const word = written.toLowerCase().replace(/['’]s$/u, '');
      words.add(word);
      if (written[0] !== word[0]) capitals.set(word, (capitals.get(word) ?? 0) + 1);
      else capitals.set(word, (capitals.get(word) ?? 0) - 1);
    }
    total += words.size;
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    const nouns = new Set([...text.matchAll(DETERMINED)].map(([, word = '']) => word.toLowerCase()));
    for (const word of nouns) determined.set(word, (determined.get(word) ?? 0) + 1);
  }
  for (const word of counts.keys()) if ((capitals.get(word) ?? 0) > 0 || isCommon(word)) counts.delete(word);
  return { counts, determined, total };
}

const SAID = new Set(SPEECH.split('|'));
const isCommon = (word: string) => STOP_WORDS.has(word) || OPENERS.has(word) || SAID.has(word) || /['’]/u.test(word);
