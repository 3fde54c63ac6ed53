/** Keyword search: FTS5 over words, and over trigrams for scripts without spaces. */
import type { KeywordHit, Records } from '../../../../core/ports/records';
import { best, HEADING_WEIGHT, SHORT_RUN_SCORE } from '../../shared/ranking';
import { shortRuns, trigramQuery, wordQuery } from '../../shared/terms';
import type { Connection } from '../database';

/** Of the best rows of the whole library, so many are looked at for the asked documents; if that gives too few hits, all are. */
const FIRST_LOOK = 500;
/** The first look pays where at least this share of the library's chunks is asked for; else it mostly finds others'. */
const WORTH_A_LOOK = 0.25;

const WORDS = { table: 'chunk_words', rank: `-bm25(chunk_words, 1.0, ${HEADING_WEIGHT})` };
const TRIGRAMS = { table: 'chunk_trigrams', rank: '-bm25(chunk_trigrams)' };

const ASKED = 'd.project_id = :project AND d.indexed = 1 AND (:documents IS NULL OR d.id IN (SELECT value FROM json_each(:documents)))';
/** CROSS JOIN keeps SQLite from turning the order round, which would go through the matches once for every chunk of the project. */
const OF_PROJECT = `CROSS JOIN chunks c ON c.row = f.row CROSS JOIN documents d ON d.id = c.document_id WHERE ${ASKED}`;
/** Part of the library's chunks that belongs to the asked documents. */
const SHARE = `SELECT total(d.chunks) FILTER (WHERE ${ASKED}) / max(total(d.chunks), 1) FROM documents d`;

/** Too short for a trigram: looked for as they are, in what the trigram table holds. */
const LIKE = `
  SELECT c.id AS chunk_id, ${SHORT_RUN_SCORE} AS score FROM (SELECT rowid AS row FROM chunk_trigrams WHERE text LIKE :query) f ${OF_PROJECT} LIMIT :limit`;

/** Ranking the words of so many chunks takes a few milliseconds, less than another thread needs for its start. */
const FEW_CHUNKS = 8_192;

/** @param elsewhere searches large libraries, which would hold this thread */
export function createKeyword(connection: Connection, elsewhere?: Records['index']['keyword']): Records['index']['keyword'] {
  const here = createKeywordSearch(connection);
  if (!elsewhere) return here;
  const last = connection.prepare('SELECT max(row) FROM chunks').pluck();
  return (query) => (Number(last.get()) < FEW_CHUNKS ? here(query) : elsewhere(query));
}

export function createKeywordSearch(connection: Connection): Records['index']['keyword'] {
  const words = createRanked(connection, WORDS);
  const trigrams = createRanked(connection, TRIGRAMS);
  const like = connection.prepare(LIKE);
  const share = connection.prepare(SHARE).pluck();
  return async ({ project_id, text, limit, document_ids }) => {
    const asked = { project: project_id, documents: document_ids ? JSON.stringify(document_ids) : null };
    const shared = { ...asked, limit };
    const look = Number(share.get(asked)) >= WORTH_A_LOOK;
    const hits = [...words({ ...shared, look, query: wordQuery(text) }), ...trigrams({ ...shared, look, query: trigramQuery(text) })];
    for (const run of shortRuns(text)) hits.push(...(like.all({ ...shared, query: `%${run}%` }) as KeywordHit[]));
    return best(hits, limit);
  };
}

interface RankedQuery {
  project: string;
  documents: string | null;
  limit: number;
  query: string | null;
  look: boolean;
}

/**
 * Ranks before it joins: looking up the document of each of 30,000 matching rows takes three times as long as ranking them
 * (88 against 24 ms of CPU time among 100,000 chunks), and only the best ones matter.
 */
function createRanked(connection: Connection, { table, rank }: { table: string; rank: string }) {
  const matches = `SELECT rowid AS row, ${rank} AS score FROM ${table} WHERE ${table} MATCH :query`;
  const first = connection.prepare(`${matches} ORDER BY score DESC LIMIT ${FIRST_LOOK}`);
  const pick = connection.prepare(
    `SELECT c.id AS chunk_id, f.score FROM (SELECT value ->> 0 AS row, value ->> 1 AS score FROM json_each(:found)) f ${OF_PROJECT}
     ORDER BY f.score DESC LIMIT :limit`,
  );
  const all = connection.prepare(`SELECT c.id AS chunk_id, f.score FROM (${matches}) f ${OF_PROJECT} ORDER BY f.score DESC LIMIT :limit`);
  return ({ query, look, ...of }: RankedQuery): KeywordHit[] => {
    if (query === null) return [];
    if (!look) return all.all({ ...of, query }) as KeywordHit[];
    const found = first.all({ query }) as { row: number; score: number }[];
    const hits = pick.all({ ...of, found: JSON.stringify(found.map(({ row, score }) => [row, score])) }) as KeywordHit[];
    if (hits.length >= of.limit || found.length < FIRST_LOOK) return hits;
    return all.all({ ...of, query }) as KeywordHit[];
  };
}
