/** Conversations of an archive as they are stored: with ids of their own, and citations of the documents that came with them. */
import type { Citation, Message } from '../../contract/chat';
import type { ProjectImport } from '../ports/records';
import type { Runtime } from '../ports/runtime';
import { CONVERSATIONS, type ConversationLine, type MessageLine } from './format';
import { refused } from './read-archive';

/** @param documents their new ids, by their hashes */
export function incomingConversations(
  told: ConversationLine[],
  documents: ReadonlyMap<string, string>,
  runtime: Pick<Runtime, 'id'>,
): ProjectImport['conversations'] {
  return told.map(({ title, created_at, updated_at, messages }) => {
    const id = runtime.id();
    return { id, title, created_at, updated_at, messages: messagesOf(messages, documents, runtime) };
  });
}

/** New ids in the old order, since they sort by creation. */
function messagesOf(lines: MessageLine[], documents: ReadonlyMap<string, string>, { id: newId }: Pick<Runtime, 'id'>): Message[] {
  const ids = new Map<string, string>();
  return lines.map(({ id, parent_id, citations, ...message }) => {
    const parent = parent_id === null ? null : ids.get(parent_id);
    if (parent === undefined) throw refused(`a message of ${CONVERSATIONS} follows one that does not come before it`);
    if (ids.has(id)) throw refused(`${CONVERSATIONS} names a message twice`);
    const fresh = newId();
    ids.set(id, fresh);
    return { ...message, id: fresh, parent_id: parent, citations: citations.map((one) => citationOf(one, documents)) };
  });
}

/** Of a document that did not come in, only the name is left, as after a deletion. */
function citationOf({ sha256, ...citation }: MessageLine['citations'][number], documents: ReadonlyMap<string, string>): Citation {
  const document_id = sha256 === null ? undefined : documents.get(sha256);
  if (document_id !== undefined) return { ...citation, document_id };
  return { ...citation, quote: '', char_end: citation.char_start, supported: false, deleted: true };
}
