/** Results as text that a model can read and quote from, each passage with its pressmark. */
import type { ChatAnswer } from '../../contract/chat';
import type { Neighbourhood } from '../../contract/graph';
import type { Project } from '../../contract/projects';
import type { Pressmark, SearchResult } from '../../contract/search';
import type { Page } from '../../contract/shared';

const QUOTE_LENGTH = 500;

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
const shorten = (text: string): string => (text.length > QUOTE_LENGTH ? `${text.slice(0, QUOTE_LENGTH - 1)}…` : text);
const where = ({ filename, page, page_label }: Pressmark): string => {
  if (page === null) return filename;
  return page_label === undefined ? `${filename}, page ${page}` : `${filename}, page ${page} (${page_label})`;
};

export function projectsText({ items, next_cursor }: Page<Project>): string {
  if (items.length === 0) return 'There is no project yet.';
  const lines = items.map(({ id, name, documents }) => `- "${name}": ${documents} documents (project_id ${id})`);
  return [...lines, ...more(next_cursor)].join('\n');
}

export function hitsText({ items }: SearchResult): string {
  if (items.length === 0) return 'Nothing was found in the documents of this project.';
  const hits = items.map(({ rank, text, heading_path, pressmark }) => {
    const heading = heading_path.length > 0 ? ` — ${heading_path.join(' › ')}` : '';
    return `${rank}. ${where(pressmark)}${heading} (document_id ${pressmark.document_id})\n${oneLine(text)}`;
  });
  return hits.join('\n\n');
}

export function answerText({ conversation_id, message }: ChatAnswer): string {
  const sources = message.citations.map(
    (citation) =>
      `[${citation.n}] ${where(citation)}${citation.supported ? '' : ' (not confirmed)'}: “${shorten(oneLine(citation.quote))}” (document_id ${citation.document_id})`,
  );
  const verdict = message.answered ? [] : ['(The documents of this project do not answer this question.)'];
  return [
    message.content.trim(),
    ...verdict,
    ...(sources.length > 0 ? ['', 'Sources:', ...sources] : []),
    '',
    `conversation_id: ${conversation_id}`,
  ].join('\n');
}

export const more = (next_cursor: string | null): string[] =>
  next_cursor === null ? [] : [`There is more: call again with cursor "${next_cursor}".`];

export function graphText({ entities, relations, truncated }: Neighbourhood): string {
  if (entities.length === 0) return 'The graph knows nothing by these names. Try search_documents.';
  const named = entities.map(
    ({ name, type, mentions, depth }) => `- ${name} (${type}, ${mentions} mentions${depth === 0 ? ', named in the question' : ''})`,
  );
  const said = relations.map(({ source_name, target_name, type, evidence: [first] }) => {
    const source = first ? `: “${shorten(oneLine(first.quote))}” (${where(first)}, document_id ${first.document_id})` : '';
    return `- ${source_name} — ${type.replaceAll('_', ' ')} — ${target_name}${source}`;
  });
  const rest = truncated ? ['There is more: call again with a larger limit.'] : [];
  return ['Entities:', ...named, ...(said.length > 0 ? ['', 'Relations:', ...said] : []), ...rest].join('\n');
}
