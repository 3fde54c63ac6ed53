/** The tool read_document: a document's text in pieces that fit a model's context. */
import { call } from '@orpc/server';
import { z } from 'zod';
import { contract } from '../../contract';
import type { Document } from '../../contract/documents';
import { AppError } from '../../core/errors';
import { chosenProject, type ProjectChoice, projectChoice } from './project-choice';
import { inputOf, LOOKS_ONLY, outputOf, type Turn, tool } from './tool';

const DEFAULT_CHARACTERS = 20_000;
const MOST_CHARACTERS = 200_000;
const LOOKED_AT = 5_000;

const { shape: page } = outputOf(contract.documents.page);
const pageNumber = inputOf(contract.documents.page).shape.page;

/** The part that was read; offsets count Unicode code points of the whole text, as in every pressmark. */
const part = z.object({
  document: outputOf(contract.documents.get).omit({ content: true }),
  text: page.text,
  char_start: page.char_start,
  char_end: page.char_end,
  total_chars: z.number().int().describe('Code points of the whole text, or of the asked page.'),
  next_from_char: z.number().int().nullable().describe('Give this as from_char to read on; null at the end.'),
});
type Part = z.output<typeof part>;

const input = z.object({
  document_id: inputOf(contract.documents.get).shape.id.optional().describe('Id of the document, as search_documents and ask give it.'),
  filename: z.string().min(1).max(300).optional().describe('Its file name instead of the id.'),
  ...projectChoice,
  page: pageNumber.optional().describe('Read only this page (counts from 1). Without it the text is read from from_char on.'),
  from_char: z.number().int().min(0).default(0).describe('Where to begin: 0, the next_from_char of the part before, or a char_start.'),
  max_chars: z.number().int().min(1).max(MOST_CHARACTERS).default(DEFAULT_CHARACTERS).describe('How much to return at most.'),
});

export const readDocument = tool({
  name: 'read_document',
  title: 'Read a document',
  description:
    'Reads the text of one document of the library: from the start, from a place (a pressmark’s char_start), or one page. Long documents come in parts: go on with next_from_char. Use it after search_documents or ask to see what stands around a passage, or to read a document as a whole.',
  annotations: LOOKS_ONLY,
  input,
  output: part,
  run: async (asked, turn) => {
    const id = await chosenDocument(asked, turn);
    const context = { context: turn.caller, signal: turn.signal };
    const { content, ...document } = await call(turn.router.documents.get, { id }, context);
    if (content === null) throw new AppError('CONFLICT', unreadable(document), { state: document.state });
    if (asked.page === undefined) return cut(document, content, { ...asked, from: 0 });
    const { text, char_start } = await call(turn.router.documents.page, { id, page: asked.page }, context);
    return cut(document, text, { ...asked, from: char_start });
  },
  text: partText,
});

type Facts = Omit<Document, 'content'>;

function unreadable({ filename, state, error }: Facts): string {
  const why = error ? `${error.message} ${error.action ?? ''}`.trim() : 'It has not been read yet; try again in a moment.';
  return `"${filename}" has no text (it is ${state}). ${why}`;
}

/** @param from where `text` begins in the document; a `from_char` before it begins there too */
function cut(document: Facts, text: string, { from, from_char, max_chars }: { from: number; from_char: number; max_chars: number }): Part {
  const points = [...text];
  const skip = Math.max(0, from_char - from);
  const piece = points.slice(skip, skip + max_chars);
  const char_start = from + Math.min(skip, points.length);
  const char_end = char_start + piece.length;
  const next_from_char = char_end < from + points.length ? char_end : null;
  return { document, text: piece.join(''), char_start, char_end, total_chars: points.length, next_from_char };
}

function partText({ document, text, char_start, char_end, total_chars, next_from_char }: Part): string {
  const pages = document.pages === null ? '' : `, ${document.pages} pages`;
  const head = `${document.filename}${pages}, characters ${char_start} to ${char_end} (of ${total_chars}), document_id ${document.id}`;
  const rest = next_from_char === null ? [] : ['', `There is more: call read_document again with from_char ${next_from_char}.`];
  return [head, '', text, ...rest].join('\n');
}

interface DocumentChoice extends ProjectChoice {
  document_id?: string | undefined;
  filename?: string | undefined;
}

async function chosenDocument({ document_id, filename, ...choice }: DocumentChoice, turn: Turn): Promise<string> {
  if (document_id !== undefined) return document_id;
  if (filename === undefined) throw new AppError('VALIDATION_FAILED', 'Give the document_id or the filename of the document to read.');
  const project_id = await chosenProject(choice, turn);
  const wanted = filename.toLowerCase();
  let cursor: string | undefined;
  for (let seen = 0; seen < LOOKED_AT; ) {
    const query = { project_id, limit: 200, ...(cursor ? { cursor } : {}) };
    const { items, next_cursor } = await call(turn.router.documents.list, query, { context: turn.caller, signal: turn.signal });
    const found = items.find((each) => each.filename.toLowerCase() === wanted);
    if (found) return found.id;
    if (next_cursor === null) break;
    seen += items.length;
    cursor = next_cursor;
  }
  throw new AppError('NOT_FOUND', `This project has no document with the file name "${filename}"; search_documents shows what there is.`);
}
