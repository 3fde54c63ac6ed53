/** Instant extraction: entities, mentions and relations of consecutive chunks of one document, by rules and a lexicon, without a model. */

import { type Sentence, splitSentences } from '../../documents/sentences';
import type { ChunkGraph, UnreadChunk } from '../../ports/graph';
import type { Lexicon } from '../../ports/lexicon';
import { type Candidate, candidatesIn } from './candidates';
import { classify, isTitled } from './classify';
import type { KnownNames } from './known-names';
import { type Found, findPatterns } from './patterns';
import { relate } from './relate';
import { ENGLISH } from './vocabulary';

/** Grows when these rules find other things in the same text. */
export const RULES = 3;

/** Where a text defines a term. */
const DEFINED = { first: false, titled: false, before: '', after: '' };

interface Prepared {
  chunk: UnreadChunk;
  sentences: Sentence[];
  patterns: Found[];
  candidates: Candidate[];
}

/** @param known what the document has taught so far; grows, unless it is finished */
export function readChunks(chunks: UnreadChunk[], known: KnownNames, lexicon: Lexicon): ChunkGraph[] {
  const prepared = chunks.map((chunk) => prepare(chunk, known, lexicon));
  return prepared.map((each) => graphOf(each, known));
}

/** First all names are learned: a name may be explained long after it was used. */
export function learnChunks(chunks: UnreadChunk[], known: KnownNames, lexicon: Lexicon): void {
  for (const chunk of chunks) prepare(chunk, known, lexicon);
}

/** Finds what may be a name, and learns from it. */
function prepare(chunk: UnreadChunk, known: KnownNames, lexicon: Lexicon): Prepared {
  const sentences = unwrapped(chunk.text);
  const patterns = findPatterns(chunk.text);
  const learn: KnownNames['learn'] = known.finished ? () => undefined : (...taught) => known.learn(...taught);
  for (const { name, type } of patterns) if (type === 'term') learn(name, { type, strength: 3 }, DEFINED);
  if (!known.finished) known.learnWords(chunk.text);
  const foreign = isForeign(chunk.text);
  const free = sentences
    .flatMap((sentence) => candidatesIn(chunk.text, sentence, lexicon))
    .map((candidate) => withoutOpener(candidate, lexicon))
    .filter(({ start, end }) => !patterns.some((other) => start < other.end && other.start < end));
  const candidates: Candidate[] = [];
  for (const candidate of free) {
    const verdict = classify(candidate, lexicon);
    if (verdict === null) continue;
    candidates.push(candidate);
    // Other languages give capitals to all nouns: only what is known counts there.
    if (foreign && verdict.strength === 0) continue;
    learn(candidate.text, verdict, candidate);
  }
  return { chunk, sentences, patterns, candidates };
}

/** A full line that ends without a stop goes on in the next one, also where that begins with a capital: a name may be cut there. */
const WRAPPED = /^[^|]{45,}[^|.!?:;"”»)]$/u;

function unwrapped(text: string): Sentence[] {
  const joined: Sentence[] = [];
  for (const sentence of splitSentences(text)) {
    const before = joined.at(-1);
    if (!before || !goesOn(text, before.end, sentence.start)) joined.push(sentence);
    else joined[joined.length - 1] = { ...before, text: text.slice(before.start, sentence.end), end: sentence.end };
  }
  return joined;
}

const LABEL = /^\p{Lu}[\p{L}_-]{0,30}:\s/u;

const goesOn = (text: string, end: number, next: number): boolean =>
  !LABEL.test(text.slice(next, next + 40)) &&
  /^[ \t]*\n[ \t]*$/.test(text.slice(end, next)) &&
  WRAPPED.test(text.slice(text.lastIndexOf('\n', end - 1) + 1, end));

/** “Visiting Berlin”, “Kenyan Steve Riungu”: a common word that begins the sentence, or a person's name, is not a part of it. */
function withoutOpener(candidate: Candidate, lexicon: Lexicon): Candidate {
  const space = candidate.text.search(/\s/u);
  if (space < 0 || isTitled(candidate.text) || lexicon(candidate.text.slice(0, space)) !== 'common') return candidate;
  const rest = candidate.text.slice(space + 1);
  const opens = candidate.first && lexicon(candidate.text) === 'common';
  if (!opens && !(rest.includes(' ') && lexicon(rest) === 'person' && lexicon.isDemonym(candidate.text.slice(0, space)))) return candidate;
  return { ...candidate, start: candidate.start + space + 1, text: rest, first: false };
}

function isForeign(text: string): boolean {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  return words.length >= 25 && words.filter((word) => ENGLISH.has(word)).length / words.length < 0.08;
}

function graphOf({ chunk, sentences, patterns, candidates }: Prepared, known: KnownNames): ChunkGraph {
  const names = candidates.flatMap(({ start, end, text }) => {
    const meaning = known.meaning(text);
    return meaning ? [{ ...meaning, start: start + lengthOf(text, meaning.skip ?? 0), end }] : [];
  });
  const found = [...patterns, ...names].sort((a, b) => a.start - b.start);
  const graph: ChunkGraph = { chunk_id: chunk.chunk_id, entities: [], relations: [] };
  const place = places(chunk);
  const indexes = new Map<string, number>();
  const named = found.map((one) => {
    const index = indexes.get(`${one.type} ${one.key}`) ?? graph.entities.length;
    if (index === graph.entities.length) graph.entities.push({ key: one.key, name: one.name, type: one.type, mentions: [], writings: [] });
    indexes.set(`${one.type} ${one.key}`, index);
    const entity = graph.entities[index];
    entity?.mentions.push(place(one.start, one.end));
    const written = chunk.text.slice(one.start, one.end).replace(/\s+/gu, ' ');
    if (entity && written !== entity.name && !entity.writings?.includes(written)) entity.writings?.push(written);
    return { entity: index, type: one.type, start: one.start, end: one.end };
  });
  for (const { start, end } of sentences) {
    const inside = named.filter((one) => one.start >= start && one.end <= end);
    for (const pair of relate(chunk.text, inside)) graph.relations.push({ ...pair, ...place(start, end) });
  }
  return graph;
}

/** Of so many words at the beginning, with the white space behind them. */
const lengthOf = (text: string, words: number): number => new RegExp(`^(?:\\S+\\s+){${words}}`, 'u').exec(text)?.[0].length ?? 0;

/** UTF-16 offsets within the chunk → code points of the document, without counting from the start each time. */
function places({ text, char_start }: UnreadChunk): (start: number, end: number) => { char_start: number; char_end: number } {
  const points = new Uint32Array(text.length + 1);
  for (let at = 0, count = 0; at < text.length; ) {
    const width = (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    points[at] = count;
    if (width === 2) points[at + 1] = count;
    at += width;
    count += 1;
    points[at] = count;
  }
  return (start, end) => ({ char_start: char_start + (points[start] ?? 0), char_end: char_start + (points[end] ?? 0) });
}
