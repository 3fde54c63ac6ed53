/** Hybrid retrieval: words and vectors, fused by rank. */
import type { SearchHit, SearchMode, SearchQuery, SearchResult } from '../../contract/search';
import { AppError, notFound } from '../errors';
import { graphList } from '../graph/passages';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { FoundChunk } from '../ports/records';
import type { VectorHit, VectorStore } from '../ports/vector-store';
import { fuse } from './fuse';
import type { Passage } from './passage';
import { bestQuote } from './quote';
import { rerank } from './rerank';
import { contentWords, rarity } from './words';

export interface Retrieved {
  passages: Passage[];
  mode_used: SearchMode;
  /** The question's vector, for comparing sentences; null without an embedding model. */
  vector: Float32Array | null;
}

interface Lists {
  keyword: Map<string, number>;
  vector: Map<string, number>;
  /** Null when the graph was not asked, or knows nothing that the question names. */
  graph: Map<string, number> | null;
  query: Float32Array | null;
}

export interface Search {
  query(query: SearchQuery, signal?: AbortSignal): Promise<SearchResult>;
  /** The best passages with their chunks, for the answer engine. */
  retrieve(query: SearchQuery, signal?: AbortSignal): Promise<Retrieved>;
}

/** A search by words is slower without vectors than wrong with them: past this the words answer alone. */
const EMBED_MS = 20_000;
/**
 * On pages of long reports vectors alone find the page twice as often as words alone; on short texts they are equal. Words still
 * decide where a rare one matches, which the weights of BM25 see to within their list.
 */
const KEYWORD_WEIGHT = 0.8;
/** Passages with nearly the same words as a better one are shown after the others. */
const SAME = 0.9;

export function createSearch(ports: Ports): Search {
  const { records, runtime } = ports;

  async function retrieve(query: SearchQuery, signal?: AbortSignal): Promise<Retrieved> {
    if (!(await records.projects.exists(query.project_id))) throw notFound('project', query.project_id);
    const lists = await listsOf(ports, query, signal);
    const ids = lists.graph ? [...lists.graph.keys()] : [...new Set([...lists.keyword.keys(), ...lists.vector.keys()])];
    const found = await records.index.chunks(ids);
    const chunks = new Map(found.map((chunk) => [chunk.id, chunk]));
    const fused = fuse([
      { ids: [...(lists.graph?.keys() ?? [])], weight: 1 },
      { ids: [...lists.keyword.keys()], weight: KEYWORD_WEIGHT },
      { ids: [...lists.vector.keys()], weight: 1 },
      { ids: await withoutVectors(ports, lists, chunks), weight: 1 },
    ]);
    const passages = fused.flatMap(({ id, score }) => {
      const chunk = chunks.get(id);
      return chunk ? [passageOf(chunk, score, lists)] : [];
    });
    const ordered = query.mode === 'keyword' ? passages : await rerank(ports, query.query, passages, signal);
    return { passages: repeatedLast(ordered), mode_used: modeUsed(query.mode, lists), vector: lists.query };
  }

  return {
    retrieve,
    async query(query, signal) {
      const began = runtime.now().getTime();
      const { passages, mode_used } = await retrieve(query, signal);
      const words = contentWords(query.query);
      const weight = rarity(passages.map((passage) => passage.words));
      const items = passages.slice(0, query.limit).map((passage, index) => hitOf(passage, index + 1, words, weight));
      return { items, mode_used, took_ms: runtime.now().getTime() - began };
    },
  };
}

const passageOf = (chunk: FoundChunk, score: number, { keyword, vector, graph }: Lists): Passage => ({
  chunk,
  words: contentWords(chunk.text),
  score,
  keyword: keyword.get(chunk.id) ?? null,
  vector: vector.get(chunk.id) ?? null,
  graph: graph?.get(chunk.id) ?? null,
  rerank: null,
});

function modeUsed(asked: SearchMode, { graph, query }: Lists): SearchMode {
  if (graph) return 'graph';
  if (asked === 'keyword' || query === null) return 'keyword';
  return asked === 'graph' ? 'hybrid' : asked;
}

/**
 * Keyword hits whose document has no vectors yet: they stand in for the vector list too, or files that wait behind a large one would
 * not be found before their turn. Empty once everything is embedded.
 */
async function withoutVectors({ vectors, embedding }: Ports, lists: Lists, chunks: Map<string, FoundChunk>): Promise<string[]> {
  if (!lists.query) return [];
  const only = [...lists.keyword.keys()].filter((id) => !lists.vector.has(id));
  const documents = [...new Set(only.map((id) => chunks.get(id)?.document_id ?? ''))];
  if (documents.length === 0) return [];
  const waiting = new Set(await vectors.incomplete(embedding.model(), documents.length, documents));
  return only.filter((id) => waiting.has(chunks.get(id)?.document_id ?? ''));
}

async function listsOf(ports: Ports, query: SearchQuery, signal: AbortSignal | undefined): Promise<Lists> {
  const scope = {
    project_id: query.project_id,
    limit: Math.max(LIMITS.candidates, query.limit),
    document_ids: query.filters?.document_ids,
  };
  const { vector, model } = query.mode === 'keyword' ? NO_VECTOR : await questionVector(ports, query.query, signal);
  // Vectors are compared in a thread of their own, while the words are looked up in this one.
  const comparing = vector ? nearest(ports, { ...scope, model, vector }) : Promise.resolve(null);
  comparing.catch(() => undefined);
  const lookUp = () => ports.records.index.keyword({ ...scope, text: query.query });
  const early = query.mode === 'vector' && vector ? null : await lookUp();
  const near = await comparing;
  const words = early ?? (near ? [] : await lookUp());
  return {
    keyword: new Map(words.map(({ chunk_id, score }) => [chunk_id, score])),
    vector: new Map(near?.map(({ chunk_id, score }) => [chunk_id, score])),
    graph: query.mode === 'graph' ? await graphList(ports, scope, query.query) : null,
    query: near && vector,
  };
}

/** Null when comparing took too long, as the first time in a very large project on a slow disk: words still find things. */
async function nearest({ vectors, runtime }: Ports, query: Parameters<VectorStore['search']>[0]): Promise<VectorHit[] | null> {
  try {
    return await vectors.search(query);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'TIMED_OUT')) throw error;
    runtime.log.warn('the vectors could not be compared in time; words search alone', { message: error.message });
    return null;
  }
}

const NO_VECTOR = { vector: null, model: '' };

/** Another model may take over while the question is embedded: then it is embedded once more. */
async function questionVector(ports: Ports, text: string, signal: AbortSignal | undefined) {
  for (let tries = 1; ; tries += 1) {
    const model = ports.embedding.model();
    const vector = await embedQuery(ports, text, signal);
    if (ports.embedding.model() === model || tries > 1) return { vector, model };
  }
}

/** Null when there is no embedding model or it fails: words still find things. */
async function embedQuery({ embedding, runtime }: Ports, text: string, signal: AbortSignal | undefined): Promise<Float32Array | null> {
  if (!embedding.available()) return null;
  const limit = AbortSignal.timeout(EMBED_MS);
  try {
    const [vector] = await embedding.embed([text], 'query', signal ? AbortSignal.any([signal, limit]) : limit);
    return vector ?? null;
  } catch (error) {
    signal?.throwIfAborted();
    runtime.log.warn('the question could not be embedded; words search alone', { message: String(error) });
    return null;
  }
}

/** Boilerplate that stands on many pages must not fill the list. */
function repeatedLast(passages: Passage[]): Passage[] {
  const kept: Passage[] = [];
  const repeated: Passage[] = [];
  for (const passage of passages) {
    if (kept.slice(0, 30).some((other) => overlap(passage.words, other.words) > SAME)) repeated.push(passage);
    else kept.push(passage);
  }
  return [...kept, ...repeated];
}

/** Jaccard similarity of two sets of words. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared += 1;
  return shared / (a.size + b.size - shared || 1);
}

function hitOf(
  { chunk, score, keyword, vector, graph, rerank: reranked }: Passage,
  rank: number,
  words: Set<string>,
  weight: (word: string) => number,
): SearchHit {
  return {
    rank,
    score,
    scores: { keyword, vector, graph, rerank: reranked },
    text: chunk.text,
    heading_path: chunk.heading_path,
    pressmark: bestQuote(chunk, words, weight),
  };
}
