/** Conversations and their messages in SQLite. */
import { and, asc, eq, getTableColumns, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Conversation, Message } from '../../../../contract/chat';
import type { Page } from '../../../../contract/shared';
import { notFound, outdated } from '../../../../core/errors';
import type { ConversationRecords, ListQuery } from '../../../../core/ports/records';
import { now, only } from '../../shared/paging';
import type { SqliteDatabase } from '../database';
import { chatMessages, conversations, projects } from '../schema';
import { createForgetting } from './forget';
import { contains, createListing, inAnyCase } from './listing';
import { equals, prepareById } from './statements';
import { oneOf } from './versions';

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

/** Ids from the message `end` up to the beginning of its branch, with how far each is from the end. */
const branchTo = (end: SQL | SQLWrapper | string) => sql`WITH RECURSIVE branch(id, parent_id, height) AS (
  SELECT id, parent_id, 0 FROM ${chatMessages} WHERE id = ${end}
  UNION ALL
  SELECT above.id, above.parent_id, height + 1 FROM ${chatMessages} AS above JOIN branch ON above.id = branch.parent_id
)`;

const newestOf = (conversation_id: unknown) =>
  sql`(SELECT max(id) FROM ${chatMessages} WHERE ${sql.identifier('conversation_id')} = ${conversation_id})`;

const createConversationList = (database: SqliteDatabase) =>
  createListing<Conversation, Conversation>(database, {
    table: conversations,
    columns: columns,
    id: conversations.id,
    sorts: { created_at: null, updated_at: conversations.updated_at, title: inAnyCase(conversations.title) },
    sort: '-updated_at',
    filters: { project_id: (value) => equals(conversations.project_id, value), q: contains(conversations.title) },
    key: (row, field) => row[field as 'updated_at' | 'title'],
    idOf: ({ id }) => id,
    toItem: (row) => row,
  });

const createMessageList = (database: SqliteDatabase) =>
  createListing<MessageRow, Message>(database, {
    table: chatMessages,
    columns: getTableColumns(chatMessages),
    id: chatMessages.id,
    sorts: { created_at: null },
    sort: 'created_at',
    filters: {
      conversation_id: (value) => equals(chatMessages.conversation_id, value),
      latest_of: (value) => sql`${chatMessages.id} IN (${branchTo(newestOf(value))} SELECT id FROM branch)`,
    },
    key: ({ timestamp }) => timestamp,
    idOf: ({ id }) => id,
    toItem: toMessage,
  });

export class ConversationTables implements ConversationRecords {
  private readonly find;
  private readonly listed;
  private readonly listedMessages;
  private readonly forgetting;

  constructor(private readonly database: SqliteDatabase) {
    this.find = prepareById<Conversation>(database, { table: conversations, columns }, conversations.id);
    this.listed = createConversationList(database);
    this.listedMessages = createMessageList(database);
    this.forgetting = createForgetting(database.sql);
  }

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

  async list(query: ListQuery & { project_id: string }): Promise<Page<Conversation>> {
    return this.listed({ ...query });
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

  async messages(id: string, { branch, ...query }: ListQuery & { branch?: 'all' | 'latest' }): Promise<Page<Message>> {
    return this.listedMessages({ ...query, conversation_id: id, latest_of: branch === 'latest' ? id : undefined });
  }

  async message(id: string, message_id: string): Promise<Message | null> {
    const found = and(eq(chatMessages.conversation_id, id), eq(chatMessages.id, message_id));
    const row = this.database.orm.select().from(chatMessages).where(found).get();
    return row ? toMessage(row) : null;
  }

  async recent(id: string, limit: number, end?: string): Promise<Message[]> {
    const last = sql`${branchTo(end ?? newestOf(id))} SELECT id FROM branch WHERE height < ${limit}`;
    const query = this.database.orm.select().from(chatMessages).where(sql`${chatMessages.id} IN (${last})`);
    return query.orderBy(asc(chatMessages.id)).all().map(toMessage);
  }

  async append(conversation_id: string, messages: Message[]): Promise<void> {
    this.database.orm.transaction((tx) => {
      const { project_id } = this.required(conversation_id);
      for (const { created_at, ...message } of messages.map((one) => ({ ...one, ...this.forgetting.missing(one) }))) {
        tx.insert(chatMessages)
          .values({ ...message, project_id, conversation_id, timestamp: created_at })
          .run();
      }
      tx.update(conversations).set({ updated_at: now() }).where(eq(conversations.id, conversation_id)).run();
    });
  }

  private required(id: string): Conversation {
    return only(this.find(id), () => notFound('conversation', id));
  }
}
