/** Search: hits with scores and pressmarks. */
import { z } from 'zod';
import { op } from './op';
import { id, visibleText } from './shared';

/** Where a text stands: `quote` equals the code-point slice [char_start, char_end) of the document's `content`, and stands on `page`. */
export const pressmark = z.object({
  document_id: id,
  chunk_id: id,
  filename: z.string(),
  page: z.number().int().nullable().describe('Counts from 1; null where the format has no pages.'),
  page_label: z
    .string()
    .optional()
    .describe('What people call the page where that is more than its number: "iv", the name of a sheet, a file within an archive.'),
  char_start: z.number().int(),
  char_end: z.number().int(),
  quote: z.string(),
});
export type Pressmark = z.output<typeof pressmark>;

export const searchMode = z.enum(['hybrid', 'keyword', 'vector', 'graph']);
/** How to look, where a caller may choose. */
export const chosenMode = searchMode
  .default('hybrid')
  .describe(
    '`keyword` finds by words, `vector` by meaning, `hybrid` by both, `graph` by the people, places and things that the question names.',
  );
export type SearchMode = z.output<typeof searchMode>;

const score = z.number().nullable();
export const searchHit = z.object({
  rank: z.number().int(),
  score: z.number().describe('Fused score; only its order means something.'),
  scores: z.object({
    keyword: score.describe('BM25, larger is better; null when the words did not find it.'),
    vector: score.describe('Cosine similarity; null when the vectors did not find it.'),
    graph: score.describe('How much of what the question names is named here; null when the graph did not find it.'),
    rerank: score,
  }),
  text: z.string(),
  heading_path: z.array(z.string()),
  pressmark,
});
export type SearchHit = z.output<typeof searchHit>;

export const searchQuery = z.object({
  project_id: id,
  query: visibleText(4000).describe('Words that may stand in the passage, or a question.'),
  mode: chosenMode,
  limit: z.number().int().min(1).max(100).default(10).describe('How many passages at most.'),
  filters: z
    .object({ document_ids: z.array(id).max(1000).optional().describe('Only in these documents.') })
    .optional()
    .describe('Narrows where to look.'),
});
export type SearchQuery = z.output<typeof searchQuery>;

export const searchResult = z.object({
  items: z.array(searchHit),
  mode_used: searchMode.describe(
    'Differs from the asked mode when no embedding model is there, or when the graph knows nothing that the question names.',
  ),
  took_ms: z.number(),
});
export type SearchResult = z.output<typeof searchResult>;

export const search = {
  query: op({
    method: 'POST',
    path: '/api/search',
    summary: 'Search the documents of a project',
    tag: 'Search',
    scope: 'read',
    cost: 'medium',
  })
    .input(searchQuery)
    .output(searchResult),
};
