/** Conversations and their messages in SQLite. */
import { and, asc, desc, eq, gt, lt, or, sql } from 'drizzle-orm';
import type { Conversation, Message } from '../../../../contract/chat';
import type { Page, PageQuery } from '../../../../contract/shared';
import { notFound, outdated } from '../../../../core/errors';
import type { ConversationRecords } from '../../../../core/ports/records';
import type { SqliteDatabase } from '../database';
import { chatMessages, conversations, projects } from '../schema';
import { badCursor, now, oneOf, only, pageOf } from './paging';

const columns = {
  id: conversations.id,
  project_id: conversations.project_id,
  title: conversations.title,
  messages: sql<number>`(SELECT count(*) FROM ${chatMessages} WHERE ${chatMessages.conversation_id} = ${conversations}.id)`,
  version: conversations.version,
  created_at: conversations.created_at,
  updated_at: conversations.updated_at,
};

type MessageRow = typeof chatMessages.$inferSelect;
const toMessage = ({ timestamp, project_id, conversation_id, ...row }: MessageRow): Message => ({ ...row, created_at: timestamp });

/** Latest change first, so a cursor is the change's time and, for equal times, the id. */
function before(cursor: string | undefined) {
  if (!cursor) return undefined;
  const [at, id] = cursor.split('~');
  if (!at || !id) throw badCursor();
  return or(lt(conversations.updated_at, at), and(eq(conversations.updated_at, at), lt(conversations.id, id)));
}

export class ConversationTables implements ConversationRecords {
  constructor(private readonly database: SqliteDatabase) {}

  async create({ id, project_id, title }: { id: string; project_id: string; title: string }): Promise<Conversation> {
    const at = now();
    const project = this.database.orm.select({ id: projects.id }).from(projects).where(eq(projects.id, project_id)).get();
    only(project, () => notFound('project', project_id));
    this.database.orm.insert(conversations).values({ id, project_id, title, created_at: at, updated_at: at }).run();
    return this.required(id);
  }

  async get(id: string): Promise<Conversation | null> {
    return this.find(id) ?? null;
  }

  async list({ project_id, limit, cursor }: PageQuery & { project_id: string }): Promise<Page<Conversation>> {
    const where = and(eq(conversations.project_id, project_id), before(cursor));
    const query = this.database.orm.select(columns).from(conversations).where(where);
    const rows = query
      .orderBy(desc(conversations.updated_at), desc(conversations.id))
      .limit(limit + 1)
      .all();
    return pageOf(
      rows,
      limit,
      (row) => `${row.updated_at}~${row.id}`,
      (row) => row,
    );
  }

  async rename(id: string, title: string, expected?: number[]): Promise<Conversation> {
    const change = { title, version: sql`${conversations.version} + 1`, updated_at: now() };
    const { changes } = this.database.orm
      .update(conversations)
      .set(change)
      .where(and(eq(conversations.id, id), oneOf(conversations.version, expected)))
      .run();
    const conversation = this.required(id);
    if (changes === 0) throw outdated('conversation', conversation.version);
    return conversation;
  }

  async remove(id: string): Promise<void> {
    const { changes } = this.database.orm.delete(conversations).where(eq(conversations.id, id)).run();
    if (changes === 0) throw notFound('conversation', id);
  }

  async messages(id: string, { limit, cursor }: PageQuery): Promise<Page<Message>> {
    const where = and(eq(chatMessages.conversation_id, id), cursor ? gt(chatMessages.id, cursor) : undefined);
    const query = this.database.orm.select().from(chatMessages).where(where);
    return pageOf(
      query
        .orderBy(asc(chatMessages.id))
        .limit(limit + 1)
        .all(),
      limit,
      (row) => row.id,
      toMessage,
    );
  }

  async recent(id: string, limit: number): Promise<Message[]> {
    const query = this.database.orm.select().from(chatMessages).where(eq(chatMessages.conversation_id, id));
    return query.orderBy(desc(chatMessages.id)).limit(limit).all().reverse().map(toMessage);
  }

  async append(conversation_id: string, messages: Message[]): Promise<void> {
    this.database.orm.transaction((tx) => {
      const { project_id } = this.required(conversation_id);
      for (const { created_at, ...message } of messages) {
        tx.insert(chatMessages)
          .values({ ...message, project_id, conversation_id, timestamp: created_at })
          .run();
      }
      tx.update(conversations).set({ updated_at: now() }).where(eq(conversations.id, conversation_id)).run();
    });
  }

  private find(id: string): Conversation | undefined {
    return this.database.orm.select(columns).from(conversations).where(eq(conversations.id, id)).get();
  }

  private required(id: string): Conversation {
    return only(this.find(id), () => notFound('conversation', id));
  }
}
