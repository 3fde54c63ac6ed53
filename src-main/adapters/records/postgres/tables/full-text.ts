/**
 * The words of chunks as PostgreSQL's full text keeps them. The program cuts the text, as SQLite's tokenizer does, and asks the database for
 * stems only: its own parser makes something else of figures, paths and addresses than a question does.
 */
import { LRUCache } from 'lru-cache';
import { gramsOf, unspacedRuns } from '../../shared/terms';
import type { Query } from '../database';
import { insertRows } from './rows';

const TOKEN = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;
const ACCENTS = /[\u0300-\u036f]/g;
/** In bytes, longer words are not indexed; nobody types them. */
const LONGEST = 64;
/** The last position that the full text tells apart. */
const LAST = 16_383;
const STEMS_KEPT = 50_000;
const STEMS = "SELECT word, (ts_lexize('pressmark_stem', word))[1] AS stem FROM unnest($1::text[]) AS n(word)";

/** A text cut into words, without case and accents. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(ACCENTS, '').normalize('NFC').toLowerCase();
  return (plain.match(TOKEN) ?? []).map((word) => [...word].slice(0, LONGEST).join(''));
}

export type Stemming = (query: Query, words: Iterable<string>) => Promise<(word: string) => string>;

/** Stems that were looked up once stay known. */
export function createStemming(): Stemming {
  const known = new LRUCache<string, string>({ max: STEMS_KEPT });
  return async (query, words) => {
    const found = new Map<string, string>();
    const unknown: string[] = [];
    for (const word of new Set(words)) {
      const stem = known.get(word);
      if (stem === undefined) unknown.push(word);
      else found.set(word, stem);
    }
    if (unknown.length > 0) {
      for (const { word, stem } of await query.rows<{ word: string; stem: string | null }>(STEMS, [unknown])) {
        found.set(word, stem ?? word);
        known.set(word, stem ?? word);
      }
    }
    return (word) => found.get(word) ?? word;
  };
}

export interface Chunk {
  row: number;
  text: string;
  heading_path: string[];
}

/** Makes chunks findable, once their document is shown. */
export async function addWords(query: Query, stemming: Stemming, chunks: Chunk[]): Promise<void> {
  const cut = chunks.map(({ row, text, heading_path }) => {
    const headings = heading_path.join(' ');
    return { row, text, headings, headingWords: wordsOf(headings), textWords: wordsOf(text) };
  });
  const stem = await stemming(
    query,
    cut.flatMap(({ headingWords, textWords }) => [...headingWords, ...textWords]),
  );
  const rows = cut.map(({ row, text, headings, headingWords, textWords }) => {
    const grams = unspacedRuns(`${headings}\n${text}`).flatMap((run) => [1, 2, 3].flatMap((size) => gramsOf(run, size)));
    return {
      chunk_row: row,
      words: vectorOf([...headingWords.map((word) => [stem(word), 'A'] as const), ...textWords.map((word) => [stem(word), ''] as const)]),
      grams: grams.length > 0 ? vectorOf(grams.map((gram) => [gram, ''] as const)) : null,
      word_count: headingWords.length + textWords.length,
      gram_count: grams.filter((gram) => [...gram].length === 3).length,
    };
  });
  await insertRows(query, 'chunk_words', rows, 'ON CONFLICT DO NOTHING');
}

/** A tsvector as text: each lexeme with its places, which have a weight. */
function vectorOf(lexemes: (readonly [lexeme: string, weight: string])[]): string {
  const places = new Map<string, string[]>();
  for (const [at, [lexeme, weight]] of lexemes.entries()) {
    const of = places.get(lexeme) ?? [];
    of.push(`${Math.min(at + 1, LAST)}${weight}`);
    places.set(lexeme, of);
  }
  return [...places].map(([lexeme, of]) => `'${lexeme}':${of.join(',')}`).join(' ');
}
