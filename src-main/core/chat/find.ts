/** From a question to evidence: search, cut into sentences, compare by words and meaning, decide what may be said. */
import type { ChatQuestion, Message } from '../../contract/chat';
import { splitSentences } from '../documents/sentences';
import type { Ports } from '../ports';
import type { Passage } from '../search/passage';
import type { Search } from '../search/search';
import { contentWords } from '../search/words';
import { MARKS } from './cite';
import { standAlone } from './condense';
import { asksOfUnknownName, type Background, cosine, createBackground, speaksToQuestion, zScore } from './confidence';
import { type Evidence, gatherEvidence, isWhole, orderByMeaning, prepareQuestion, SENTENCES_TO_EMBED, withoutRepeats } from './evidence';

export interface Findings {
  /** What speaks to the question, best first; empty when the documents do not answer. */
  relevant: Evidence[];
  /** Everything looked at, best first: for checking an answer. */
  all: Evidence[];
}

const PASSAGES = 24;

export type Find = (question: ChatQuestion, history: Message[], signal: AbortSignal) => Promise<Findings>;

export function createFind(ports: Ports, search: Search): Find {
  const background = createBackground(ports.embedding);

  /** Similarities of the first sentences with the question; none when the embedding engine fails, since words suffice. */
  async function compare(
    evidence: Evidence[],
    vector: Float32Array,
    signal: AbortSignal,
  ): Promise<{ similarities: number[]; chance: Background } | null> {
    try {
      const texts = evidence.slice(0, SENTENCES_TO_EMBED).map(({ text }) => text);
      const vectors = await ports.embedding.embed(texts, 'passage', signal);
      return { similarities: vectors.map((one) => cosine(vector, one)), chance: await background(vector) };
    } catch (error) {
      signal.throwIfAborted();
      ports.runtime.log.warn('sentences could not be compared by meaning', { message: String(error) });
      return null;
    }
  }

  return async ({ project_id, message, mode }, history, signal) => {
    const text = standAlone(message, history);
    const { passages, vector } = await search.retrieve({ project_id, query: text, mode, limit: PASSAGES }, signal);
    const evidence = gatherEvidence(passages, prepareQuestion(text, passages, message));
    const said = text === message ? [] : lastQuotes(history);
    const known = passages.map(({ chunk }) => contentWords(`${chunk.filename} ${chunk.heading_path.join(' ')} ${chunk.text}`));
    const unknown = asksOfUnknownName(message, known);
    const compared = vector && evidence.length > 0 ? await compare(evidence, vector, signal) : null;
    if (!compared) {
      const all = withoutRepeats(evidence, said);
      return { all, relevant: all.filter((one) => speaksToQuestion(one, null, unknown)) };
    }
    const meant = compared.similarities.map((similarity, at) => Math.max(similarity, passageSimilarity(evidence[at], passages)));
    const all = withoutRepeats(orderByMeaning(evidence, meant), said);
    const z = (one: Evidence) => zScore(one.similarity ?? compared.chance.mean, compared.chance);
    const relevant = all.filter((one) => one.similarity !== null && speaksToQuestion(one, z(one), unknown));
    const best = all.slice(0, 3).map((one) => ({ coverage: one.coverage.toFixed(2), z: z(one).toFixed(1), page: one.chunk.page_from }));
    ports.runtime.log.debug('evidence', { sentences: all.length, relevant: relevant.length, best });
    return { all, relevant };
  };
}

/** Shorter sentences stand in others by chance. */
const TELLING_CHARACTERS = 20;

/** What the last answer quoted; an answer that came without its citations, from a client that keeps them itself, is taken by its sentences. */
function lastQuotes(history: Message[]): string[] {
  const last = history.filter(({ role }) => role === 'assistant').at(-1);
  if (!last || last.citations.length > 0) return last?.citations.map(({ quote }) => quote) ?? [];
  const sentences = splitSentences(last.content.replace(MARKS, '')).map(({ text }) => text);
  return sentences.filter(({ length }) => length >= TELLING_CHARACTERS);
}

/** A row or an item means little alone: its whole passage may mean the question, and counts a little less than a sentence's own meaning. */
function passageSimilarity(evidence: Evidence | undefined, passages: Passage[]): number {
  if (!evidence || isWhole(evidence.text)) return 0;
  const passage = passages.find(({ chunk }) => chunk.id === evidence.chunk.id);
  return (passage?.vector ?? 0) * 0.95;
}
