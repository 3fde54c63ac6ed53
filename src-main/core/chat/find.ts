/** From a question to evidence: search, cut into sentences, compare by words and meaning, decide what may be said. */
import type { ChatQuestion, Message } from '../../contract/chat';
import type { Ports } from '../ports';
import type { Passage, Search } from '../search/search';
import { contentWords } from '../search/words';
import { standAlone } from './condense';
import { asksOfUnknownName, type Background, cosine, createBackground, speaksToQuestion, zScore } from './confidence';
import { type Evidence, gatherEvidence, orderByMeaning, prepareQuestion, SENTENCES_TO_EMBED } from './evidence';

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
    const evidence = gatherEvidence(passages, prepareQuestion(text, passages));
    const known = passages.map(({ chunk }) => contentWords(`${chunk.filename} ${chunk.heading_path.join(' ')} ${chunk.text}`));
    if (asksOfUnknownName(message, known)) return { all: evidence, relevant: [] };
    const compared = vector && evidence.length > 0 ? await compare(evidence, vector, signal) : null;
    if (!compared) return { all: evidence, relevant: evidence.filter((one) => speaksToQuestion(one, null)) };
    const all = orderByMeaning(evidence, compared.similarities);
    const z = (one: Evidence) =>
      zScore(Math.max(one.similarity ?? compared.chance.mean, passageSimilarity(one, passages)), compared.chance);
    return { all, relevant: all.filter((one) => one.similarity !== null && speaksToQuestion(one, z(one))) };
  };
}

/** A short row means little alone; its whole passage may mean the question. It counts a little less than the sentence's own meaning. */
function passageSimilarity({ chunk }: Evidence, passages: Passage[]): number {
  const passage = passages.find((one) => one.chunk.id === chunk.id);
  return (passage?.vector ?? 0) * 0.97;
}
