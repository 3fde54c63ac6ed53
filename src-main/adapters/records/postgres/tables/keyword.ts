/**
 * Keyword search: stemmed words, and runs of letters for scripts without spaces, ranked by BM25. PostgreSQL's own ranking does not know
 * that rare words tell more, so it only chooses candidates, one word at a time, each weighed by its rarity; these are scored exactly.
 */
import { LRUCache } from 'lru-cache';
import type { KeywordHit, Records } from '../../../../core/ports/records';
import { best, HEADING_WEIGHT, rarity, SHORT_RUN_SCORE, termScore } from '../../shared/ranking';
import { shortRuns, termsOf, trigramsOf } from '../../shared/terms';
import type { Database } from '../database';
import { type Stemming, wordsOf } from './full-text';

/** What stands in this many chunks or more is common. */
const COMMON = 20_000;
/** Chunks with the rarest words are looked at, until there are so many; those that only have commoner words, when that gives too few. */
const ENOUGH = 3_000;
/** A word of so many chunks only chooses where it stands alone. */
const TOO_MANY = 10_000;
/** Words that choose candidates; further ones only count in their scores. */
const CHOOSING = 16;
const LEAST_CANDIDATES = 200;
/** How common a word is changes slowly. */
const COUNT_KEPT_MS = 30_000;
const COUNTS_KEPT = 20_000;

/** Lexemes that must follow each other: one for a word, several for an identifier or a figure. */
type Term = string[];
type Column = 'words' | 'grams';
type Asked = Parameters<Records['index']['keyword']>[0];

interface Counted {
  lexemes: Term;
  query: string;
  rarity: number;
  having: number;
}

const lengthOf = (column: Column) => (column === 'words' ? 'word_count' : 'gram_count');

const ALL = 'SELECT coalesce(sum(chunks), 0) AS chunks FROM documents WHERE indexed';
const countOf = (column: Column) => `
  SELECT t.query, (SELECT count(*) FROM (SELECT 1 FROM chunk_words WHERE ${column} @@ t.query::tsquery LIMIT ${COMMON}) x) AS having
  FROM unnest($1::text[]) AS t(query)`;
const OF_PROJECT = `
  JOIN chunks c ON c.row = w.chunk_row JOIN documents d ON d.id = c.document_id
  WHERE d.project_id = $1 AND d.indexed AND ($2::text[] IS NULL OR d.id = ANY($2))`;
const SHORT = `
  SELECT c.id AS chunk_id, ${SHORT_RUN_SCORE}::float8 AS score FROM chunk_words w ${OF_PROJECT} AND w.grams @@ $4::tsquery ORDER BY c.row LIMIT $3`;
const placesOf = (column: Column) => `
  SELECT w.chunk_row, c.id, w.${lengthOf(column)} AS length, l.lexeme, l.positions, l.weights FROM unnest($1::bigint[]) r(row)
  JOIN chunk_words w ON w.chunk_row = r.row JOIN chunks c ON c.row = r.row CROSS JOIN LATERAL unnest(w.${column}) l
  WHERE l.lexeme = ANY($2::text[])`;

const asQuery = (term: Term): string => term.map((lexeme) => `'${lexeme}'`).join(' <-> ');

export function createKeywordSearch(database: Database, stemming: Stemming): Records['index']['keyword'] {
  const ranked = createRanked(database);
  return async (asked) => {
    const { project_id, text, limit, document_ids } = asked;
    const cut = termsOf(text)
      .map(wordsOf)
      .filter((words) => words.length > 0);
    const stem = await stemming(database, cut.flat());
    const words = cut.map((term) => term.map(stem));
    const grams = trigramsOf(text).map((gram) => [gram]);
    const hits = [...(await ranked('words', words, asked)), ...(await ranked('grams', grams, asked))];
    for (const run of shortRuns(text)) {
      hits.push(...(await database.rows<KeywordHit>(SHORT, [project_id, document_ids ?? null, limit, asQuery([run])])));
    }
    return best(hits, limit);
  };
}

function createRanked(database: Database) {
  const counts = new LRUCache<string, number>({ max: COUNTS_KEPT, ttl: COUNT_KEPT_MS });

  /** Rarest first; without those that no chunk has. */
  async function count(column: Column, terms: Term[]): Promise<Counted[]> {
    const all = (await database.row<{ chunks: number }>(ALL))?.chunks ?? 0;
    const lexemesOf = new Map(terms.map((term) => [asQuery(term), term]));
    const nameOf = (query: string) => `${column} ${all} ${query}`;
    const unknown = [...lexemesOf.keys()].filter((query) => counts.get(nameOf(query)) === undefined);
    if (unknown.length > 0) {
      const rows = await database.rows<{ query: string; having: number }>(countOf(column), [unknown]);
      for (const { query, having } of rows) counts.set(nameOf(query), having);
    }
    const counted = [...lexemesOf].map(([query, lexemes]) => {
      const having = counts.get(nameOf(query)) ?? 0;
      return { lexemes, query, having, rarity: rarity(having, all) };
    });
    return counted.filter(({ having }) => having > 0).sort((a, b) => a.having - b.having);
  }

  return async (column: Column, terms: Term[], asked: Asked): Promise<KeywordHit[]> => {
    if (terms.length === 0) return [];
    const counted = await count(column, terms);
    const rare = rarest(counted);
    let candidates = await choose(database, column, { among: rare, counted, asked });
    if (candidates.rows.length < asked.limit && rare.length < counted.length) {
      candidates = await choose(database, column, { among: counted, counted, asked });
    }
    return score(database, column, counted, candidates);
  };
}

function rarest(counted: Counted[]): Counted[] {
  let chunks = 0;
  return counted.filter(({ having }) => {
    const wanted = chunks === 0 || (chunks < ENOUGH && having <= TOO_MANY);
    if (wanted) chunks += having;
    return wanted;
  });
}

interface Candidates {
  rows: number[];
  /** The usual length of the chunks that have one of the words. */
  usual: number;
}

async function choose(
  { rows }: Database,
  column: Column,
  { among, counted, asked: { project_id, document_ids, limit } }: { among: Counted[]; counted: Counted[]; asked: Asked },
): Promise<Candidates> {
  if (among.length === 0) return { rows: [], usual: 1 };
  const values: unknown[] = [project_id, document_ids ?? null];
  const given = (value: unknown) => `$${values.push(value)}`;
  // The weights of ts_rank end at 1: headings have that.
  const text = (1 / HEADING_WEIGHT).toFixed(2);
  const ranks = counted
    .slice(0, CHOOSING)
    .map(
      ({ query, rarity: rare }) => `${given(rare)}::float8 * ts_rank('{${text},${text},${text},1}', w.${column}, ${given(query)}::tsquery)`,
    );
  const any = given(among.map(({ query }) => `(${query})`).join(' | '));
  const found = await rows<{ row: number; usual: number }>(
    `SELECT f.row, f.usual FROM (
       SELECT w.chunk_row AS row, ${ranks.join(' + ')} AS score, w.${lengthOf(column)} AS length, avg(w.${lengthOf(column)}) OVER () AS usual
       FROM chunk_words w ${OF_PROJECT} AND w.${column} @@ ${any}::tsquery) f
     ORDER BY f.score / (0.5 + 0.5 * f.length / greatest(f.usual, 1)) DESC, f.row LIMIT ${given(Math.max(limit * 2, LEAST_CANDIDATES))}`,
    values,
  );
  return { rows: found.map(({ row }) => row), usual: Number(found[0]?.usual ?? 1) };
}

interface Place {
  chunk_row: number;
  id: string;
  length: number;
  lexeme: string;
  positions: number[];
  weights: string[];
}

async function score({ rows }: Database, column: Column, counted: Counted[], { rows: chunks, usual }: Candidates): Promise<KeywordHit[]> {
  if (chunks.length === 0) return [];
  const lexemes = [...new Set(counted.flatMap((term) => term.lexemes))];
  const found = new Map<number, Place[]>();
  for (const place of await rows<Place>(placesOf(column), [chunks, lexemes])) {
    found.set(place.chunk_row, [...(found.get(place.chunk_row) ?? []), place]);
  }
  return [...found.values()].map((places) => {
    const [{ id = '', length = 0 } = {}] = places;
    const scores = counted.map((term) => termScore(term.rarity, times(term.lexemes, places), length / Math.max(usual, 1)));
    return { chunk_id: id, score: scores.reduce((sum, one) => sum + one, 0) };
  });
}

/** How often the lexemes follow each other; in a heading it counts for more. */
function times(lexemes: Term, places: Place[]): number {
  const [first, ...others] = lexemes.map((lexeme) => places.find((place) => place.lexeme === lexeme));
  if (!first || others.includes(undefined)) return 0;
  const rest = others.map((place) => new Set(place?.positions));
  return first.positions.reduce((sum, position, at) => {
    if (!rest.every((positions, nth) => positions.has(position + nth + 1))) return sum;
    return sum + (first.weights[at] === 'A' ? HEADING_WEIGHT : 1);
  }, 0);
}
