/** Keyword search: FTS5 over words, and over trigrams for scripts without spaces. */
import type { KeywordHit, Records } from '../../../../core/ports/records';
import type { Connection } from '../database';
import { shortRuns, trigramQuery, wordQuery } from './terms';

/** A word in a heading counts this many times one in the text. */
const HEADING_WEIGHT = 1.5;

const ofProject = `
  JOIN chunks c ON c.row = f.rowid JOIN documents d ON d.id = c.document_id
  WHERE d.project_id = :project AND d.indexed = 1 AND (:documents IS NULL OR d.id IN (SELECT value FROM json_each(:documents)))`;
const WORDS = `SELECT c.id AS chunk_id, -bm25(chunk_words, 1.0, ${HEADING_WEIGHT}) AS score FROM chunk_words f ${ofProject} AND chunk_words MATCH :query
  ORDER BY score DESC LIMIT :limit`;
const TRIGRAMS = `SELECT c.id AS chunk_id, -bm25(chunk_trigrams) AS score FROM chunk_trigrams f ${ofProject} AND chunk_trigrams MATCH :query
  ORDER BY score DESC LIMIT :limit`;
/** Too short for a trigram: looked for as they are, in what the trigram table holds. */
const LIKE = `SELECT c.id AS chunk_id, 0.1 AS score FROM chunk_trigrams f ${ofProject} AND f.text LIKE :query LIMIT :limit`;

export function createKeywordSearch(connection: Connection): Records['index']['keyword'] {
  const words = connection.prepare(WORDS);
  const trigrams = connection.prepare(TRIGRAMS);
  const like = connection.prepare(LIKE);
  return async ({ project_id, text, limit, document_ids }) => {
    const shared = { project: project_id, documents: document_ids ? JSON.stringify(document_ids) : null, limit };
    const hits: KeywordHit[] = [];
    const ask = (statement: typeof words, query: string | null) => {
      if (query !== null) hits.push(...(statement.all({ ...shared, query }) as KeywordHit[]));
    };
    ask(words, wordQuery(text));
    ask(trigrams, trigramQuery(text));
    for (const run of shortRuns(text)) ask(like, `%${run}%`);
    return best(hits, limit);
  };
}

/** A chunk that both tables found counts with both scores. */
function best(hits: KeywordHit[], limit: number): KeywordHit[] {
  const scores = new Map<string, number>();
  for (const { chunk_id, score } of hits) scores.set(chunk_id, (scores.get(chunk_id) ?? 0) + score);
  return [...scores]
    .map(([chunk_id, score]) => ({ chunk_id, score }))
    .sort((a, b) => b.score - a.score)
    .slice(0, limit);
}
