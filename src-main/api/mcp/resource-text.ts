/** The text behind a pressmark:// address: a document from a place on, or one of its pages. */
import { call } from '@orpc/server';
import { AppError } from '../../core/errors';
import type { Asking } from './handling';
import { uriOf } from './resource-list';

/** Characters of one answer; a longer document goes on under the address that its last line names. */
const MOST_CHARACTERS = 200_000;

type Template = { uriTemplate: string; name: string; title: string; description: string; mimeType: string };

export const TEMPLATES: Template[] = [
  {
    uriTemplate: 'pressmark://documents/{id}',
    name: 'document',
    title: 'Document',
    description: `The text of a document by its id; a long one comes in parts of ${MOST_CHARACTERS} characters, of which the last line names the next.`,
    mimeType: 'text/plain',
  },
  {
    uriTemplate: 'pressmark://documents/{id}/pages/{n}',
    name: 'page',
    title: 'Page of a document',
    description: 'The text of one page; n counts from 1, as in the pressmarks.',
    mimeType: 'text/plain',
  },
];

const ADDRESS = /^pressmark:\/\/documents\/([\w-]{1,64})(?:\/pages\/(\d{1,7}))?(?:\?from_char=(\d{1,12}))?$/;

export interface TextContents {
  uri: string;
  mimeType: string;
  text: string;
  [key: string]: unknown;
}

/** @throws AppError NOT_FOUND for an address that leads nowhere */
export async function readResource(uri: string, { router, caller, signal }: Asking): Promise<TextContents> {
  const [, id, page, from = '0'] = ADDRESS.exec(uri) ?? [];
  if (!id) throw new AppError('NOT_FOUND', `There is no resource ${uri}; an address looks like pressmark://documents/ID.`, { uri });
  if (page !== undefined) {
    const { text } = await call(router.documents.page, { id, page: Number(page) }, { context: caller, signal });
    return { uri, mimeType: 'text/plain', text };
  }
  const { content, filename, state } = await call(router.documents.get, { id }, { context: caller, signal });
  if (content === null) throw new AppError('NOT_FOUND', `"${filename}" has no text yet; it is ${state}.`, { uri, state });
  return { uri, mimeType: 'text/plain', text: partOf(content, Number(from), id) };
}

function partOf(content: string, from: number, id: string): string {
  const points = [...content];
  const end = from + MOST_CHARACTERS;
  const text = points.slice(from, end).join('');
  return end < points.length ? `${text}\n\n[Goes on: ${uriOf(id)}?from_char=${end}]` : text;
}
