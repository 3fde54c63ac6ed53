/** Pressmarks: the exact place of some words of a chunk in its document. */
import type { Pressmark } from '../../contract/search';
import { codePointLength, toUtf16 } from '../documents/code-points';
import { splitSentences } from '../documents/sentences';
import type { FoundChunk } from '../ports/records';
import { contentWords } from './words';

/** UTF-16 offsets within the chunk's text → a pressmark; `quote` is exactly that slice. */
export function pressmarkOf(chunk: FoundChunk, start: number, end: number): Pressmark {
  const quote = chunk.text.slice(start, end);
  const char_start = chunk.char_start + codePointLength(chunk.text.slice(0, start));
  return {
    document_id: chunk.document_id,
    chunk_id: chunk.id,
    filename: chunk.filename,
    page: chunk.page_from,
    ...(chunk.page_label === null ? {} : { page_label: chunk.page_label }),
    char_start,
    char_end: char_start + codePointLength(quote),
    quote,
  };
}

/** Code points of the document → a pressmark; both must be within the chunk. */
export function pressmarkAt(chunk: FoundChunk, { char_start, char_end }: { char_start: number; char_end: number }): Pressmark {
  const start = toUtf16(chunk.text, char_start - chunk.char_start);
  return pressmarkOf(chunk, start, start + toUtf16(chunk.text.slice(start), char_end - char_start));
}

/** The sentence that these code points stand in, as a pressmark; a name that a line break cuts in two may take two. */
export function sentenceAt(chunk: FoundChunk, place: { char_start: number; char_end: number }): Pressmark {
  const start = toUtf16(chunk.text, place.char_start - chunk.char_start);
  const end = start + toUtf16(chunk.text.slice(start), place.char_end - place.char_start);
  const sentences = splitSentences(chunk.text).filter((one) => one.start < end && start < one.end);
  const [first] = sentences;
  return first ? pressmarkOf(chunk, Math.min(first.start, start), Math.max(sentences.at(-1)?.end ?? 0, end)) : pressmarkAt(chunk, place);
}

/** The sentence of a chunk that shares most with the query, as a pressmark. */
export function bestQuote(chunk: FoundChunk, query: ReadonlySet<string>, weight: (word: string) => number): Pressmark {
  let best = { start: 0, end: chunk.text.length, score: -1 };
  for (const { start, end, text } of splitSentences(chunk.text)) {
    const words = contentWords(text);
    let score = 0;
    for (const word of query) if (words.has(word)) score += weight(word);
    if (score > best.score) best = { start, end, score };
  }
  return pressmarkOf(chunk, best.start, best.end);
}
