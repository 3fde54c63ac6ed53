/** Chat: questions, streamed answers, and the conversations that keep them. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { op } from './op';
import { chosenMode, pressmark } from './search';
import { byId, expectedVersion, id, listQuery, nameFilter, pageOf, removed, timestamp, version, visibleText } from './shared';

/** One source of an answer: `[n]` in the message's content refers to `n`. */
export const citation = pressmark.extend({
  n: z.number().int(),
  supported: z.boolean().describe('True when the sentence that cites it was checked against the quote and holds.'),
  deleted: z.boolean().optional().describe('True when the document was deleted since: its words are not kept, and `quote` is empty.'),
});
export type Citation = z.output<typeof citation>;

/** What the check said of one sentence of the answer; offsets are code points of the message's `content`. */
export const checkedSentence = z.object({
  char_start: z.number().int(),
  char_end: z.number().int(),
  supported: z.boolean(),
  citations: z.array(z.number().int()),
});
export type CheckedSentence = z.output<typeof checkedSentence>;

export const message = z.object({
  id,
  parent_id: id
    .nullable()
    .describe(
      'The message that it follows; null at the beginning. Those with the same one are branches: other answers, or the question put otherwise.',
    ),
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  citations: z.array(citation),
  sentences: z.array(checkedSentence),
  answered: z.boolean().describe('False when the documents do not answer the question.'),
  model: z.string().nullable().describe('Null when the answer is extractive: quoted sentences, no chat model.'),
  stopped: z.boolean().describe('True when the caller or the time limit stopped it before its end.'),
  created_at: timestamp,
});
export type Message = z.output<typeof message>;

export const chatAnswer = z.object({ conversation_id: id, message });
export type ChatAnswer = z.output<typeof chatAnswer>;

export const chatQuestion = z.object({
  project_id: id,
  conversation_id: id.optional().describe('Left out: a new conversation begins.'),
  message: visibleText(8000).describe('The question.'),
  mode: chosenMode,
});
export type ChatQuestion = z.output<typeof chatQuestion>;

export const chatEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), conversation_id: id, message_id: id }),
  z.object({ type: z.literal('status'), status: z.enum(['searching', 'reading', 'writing', 'checking']) }),
  z.object({ type: z.literal('token'), text: z.string() }),
  z.object({ type: z.literal('citation'), citation }),
  z.object({ type: z.literal('done'), answer: chatAnswer }),
]);
export type ChatEvent = z.output<typeof chatEvent>;

export const conversation = z.object({
  id,
  project_id: id,
  title: z.string(),
  messages: z.number().int(),
  version,
  created_at: timestamp,
  updated_at: timestamp,
});
export type Conversation = z.output<typeof conversation>;

export const chat = {
  ask: op({
    method: 'POST',
    path: '/api/chat',
    summary: 'Ask a question',
    description:
      'With `stream: true` the answer is text/event-stream: `token` {text}, `citation`, `done` (the same data as the JSON answer), `error`.',
    tag: 'Chat',
    scope: 'write',
    cost: 'heavy',
  })
    .input(chatQuestion.extend({ stream: z.boolean().default(false) }))
    .output(chatAnswer),
  stream: op({
    method: 'POST',
    path: '/api/chat/stream',
    summary: 'Ask and watch the answer grow',
    tag: 'Chat',
    scope: 'write',
    cost: 'heavy',
    door: 'renderer',
  })
    .input(chatQuestion)
    .output(eventIterator(chatEvent)),
};

/** Of an answer or of its question. */
const again = byId.extend({
  message_id: id.describe('Of an answer, or of the question itself.'),
  message: visibleText(8000).optional().describe('The question put otherwise. Left out: the same question.'),
  mode: chosenMode,
});
export type Again = z.output<typeof again>;

const title = visibleText(300);
const tag = 'Conversations';
export const conversations = {
  list: op({
    method: 'GET',
    path: '/api/conversations',
    summary: 'List the conversations of a project, latest change first unless sorted otherwise',
    tag,
    scope: 'read',
  })
    .input(listQuery(['created_at', 'updated_at', 'title'], '-updated_at').extend({ project_id: id, q: nameFilter }))
    .output(pageOf(conversation)),
  create: op({ method: 'POST', path: '/api/conversations', summary: 'Begin an empty conversation', tag, scope: 'write', status: 201 })
    .input(z.object({ project_id: id, title: title.optional() }))
    .output(conversation),
  get: op({ method: 'GET', path: '/api/conversations/{id}', summary: 'Get a conversation', tag, scope: 'read' })
    .input(byId)
    .output(conversation),
  update: op({ method: 'PUT', path: '/api/conversations/{id}', summary: 'Rename a conversation', tag, scope: 'write' })
    .input(byId.extend({ title, version: expectedVersion }))
    .output(conversation),
  remove: op({ method: 'DELETE', path: '/api/conversations/{id}', summary: 'Delete a conversation with its messages', tag, scope: 'write' })
    .input(byId)
    .output(removed),
  messages: op({
    method: 'GET',
    path: '/api/conversations/{id}/messages',
    summary: 'List the messages of a conversation, oldest first unless sorted otherwise',
    description: 'All branches, unless only the `latest` is wanted: the newest message and what led to it.',
    tag,
    scope: 'read',
  })
    .input(byId.extend(listQuery(['created_at'], 'created_at').shape).extend({ branch: z.enum(['all', 'latest']).default('all') }))
    .output(pageOf(message)),
  regenerate: op({
    method: 'POST',
    path: '/api/conversations/{id}/messages/{message_id}/regenerate',
    summary: 'Answer a question again',
    description:
      'The new answer is a branch: it has the same `parent_id` as the one before, which stays. With `message` the question is put otherwise, and is itself a branch. ' +
      'The conversation goes on from the newest message. With `stream: true` the answer is text/event-stream, as that of `POST /api/chat`.',
    tag,
    scope: 'write',
    cost: 'heavy',
  })
    .input(again.extend({ stream: z.boolean().default(false) }))
    .output(chatAnswer),
  regenerate_stream: op({
    method: 'POST',
    path: '/api/conversations/{id}/messages/{message_id}/regenerate/stream',
    summary: 'Answer a question again and watch the answer grow',
    tag,
    scope: 'write',
    cost: 'heavy',
    door: 'renderer',
  })
    .input(again)
    .output(eventIterator(chatEvent)),
};
