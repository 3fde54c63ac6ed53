/** Passages for the tests of the answer engine. */
import type { FoundChunk } from '../../src-main/core/ports/records';
import type { Passage } from '../../src-main/core/search/passage';
import { contentWords } from '../../src-main/core/search/words';

let made = 0;

/** A passage at the start of its document, found by words. */
export function passage(
  text: string,
  { page = 1, heading_path = [] as string[], char_start = 0, vector = null as number | null } = {},
): Passage {
  made += 1;
  const chunk: FoundChunk = {
    id: `chunk-${made}`,
    document_id: `document-${made}`,
    project_id: 'project',
    filename: 'report.pdf',
    ordinal: made,
    text,
    heading_path,
    page_from: page,
    page_to: page,
    page_label: null,
    char_start,
    char_end: char_start + [...text].length,
  };
  return { chunk, words: contentWords(text), score: 1, keyword: 1, vector, graph: null, rerank: null };
}
