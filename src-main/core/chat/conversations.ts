/** Conversations: what was asked and answered, kept. */
import type { Conversation, Message } from '../../contract/chat';
import type { Page } from '../../contract/shared';
import { notFound } from '../errors';
import type { Ports } from '../ports';
import type { ListQuery } from '../ports/records';

const UNTITLED = 'New conversation';
const TITLE_LENGTH = 80;

export type Conversations = ReturnType<typeof createConversations>;

/** CRUD of conversations; messages are added by the chat. */
export function createConversations({ records, runtime }: Ports) {
  async function get(id: string): Promise<Conversation> {
    const conversation = await records.conversations.get(id);
    if (!conversation) throw notFound('conversation', id);
    return conversation;
  }

  async function requireProject(id: string): Promise<void> {
    if (!(await records.projects.exists(id))) throw notFound('project', id);
  }

  return {
    get,
    async list(query: ListQuery & { project_id: string }): Promise<Page<Conversation>> {
      await requireProject(query.project_id);
      return records.conversations.list(query);
    },
    async create({ project_id, title }: { project_id: string; title?: string | undefined }): Promise<Conversation> {
      await requireProject(project_id);
      return records.conversations.create({ id: runtime.id(), project_id, title: title ?? UNTITLED });
    },
    /** @param expected versions that the caller may change; left out: any */
    async update({ id, title }: { id: string; title: string }, expected?: number[]): Promise<Conversation> {
      await get(id);
      return records.conversations.rename(id, title, expected);
    },
    async remove(id: string): Promise<{ id: string; deleted: true }> {
      await get(id);
      await records.conversations.remove(id);
      return { id, deleted: true };
    },
    async messages(id: string, query: ListQuery & { branch?: 'all' | 'latest' }): Promise<Page<Message>> {
      await get(id);
      return records.conversations.messages(id, query);
    },
    /** The question that a message is, or answers. @throws AppError NOT_FOUND */
    async questionOf(id: string, message_id: string): Promise<Message> {
      await get(id);
      const message = await records.conversations.message(id, message_id);
      const question = message?.role === 'assistant' ? await records.conversations.message(id, message.parent_id ?? '') : message;
      if (!question) throw notFound('message', message_id);
      return question;
    },
    /** The conversation that a question belongs to: the given one, titled by its first question, or a new one. */
    async forQuestion(project_id: string, id: string | undefined, question: string): Promise<Conversation> {
      await requireProject(project_id);
      const title = question.length > TITLE_LENGTH ? `${question.slice(0, TITLE_LENGTH - 1).trimEnd()}…` : question;
      if (id === undefined) return records.conversations.create({ id: runtime.id(), project_id, title });
      const conversation = await get(id);
      if (conversation.project_id !== project_id) throw notFound('conversation', id);
      const unnamed = conversation.messages === 0 && conversation.title === UNTITLED;
      return unnamed ? records.conversations.rename(id, title) : conversation;
    },
  };
}
