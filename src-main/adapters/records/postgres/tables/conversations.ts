/** Conversations and their messages in PostgreSQL. */
import type { Conversation, Message } from '../../../../contract/chat';
import { notFound, outdated } from '../../../../core/errors';
import type { ConversationRecords } from '../../../../core/ports/records';
import { now, only } from '../../shared/paging';
import type { Query } from '../database';
import { missingFrom } from './forget';
import { asText, contains, inAnyCase, list } from './listing';
import { equals, filters, insertRows, type Shared } from './rows';

const COLUMNS = `c.id, c.project_id, c.title, (SELECT count(*) FROM chat_messages m WHERE m.conversation_id = c.id) AS messages,
  c.version, c.created_at, c.updated_at`;
const MESSAGE = 'id, parent_id, role, content, citations, sentences, answered, stopped, model, timestamp AS created_at';
const RENAME = `
  UPDATE conversations SET title = $2, version = version + 1, updated_at = $3
  WHERE id = $1 AND ($4::integer[] IS NULL OR version = ANY($4))`;

/** Ids from the message `end` up to the beginning of its branch, with how far each is from the end. */
const branchTo = (end: string) => `WITH RECURSIVE branch(id, parent_id, height) AS (
  SELECT id, parent_id, 0 FROM chat_messages WHERE id = ${end}
  UNION ALL
  SELECT above.id, above.parent_id, height + 1 FROM chat_messages AS above JOIN branch ON above.id = branch.parent_id
)`;
const newestOf = (conversation: string) => `(SELECT max(id) FROM chat_messages WHERE conversation_id = ${conversation})`;
const RECENT = `
  SELECT ${MESSAGE} FROM chat_messages WHERE id IN (${branchTo(`coalesce($3, ${newestOf('$1')})`)} SELECT id FROM branch WHERE height < $2)
  ORDER BY id`;

/** A message as a row. */
export const messageRow = ({ created_at, ...message }: Message, of: { project_id: string; conversation_id: string }) => ({
  ...message,
  ...of,
  timestamp: created_at,
});

export function createConversationTables({ database }: Shared): ConversationRecords {
  const find = (id: string) => database.row<Conversation>(`SELECT ${COLUMNS} FROM conversations c WHERE c.id = $1`, [id]);
  const get = async (id: string) => only(await find(id), () => notFound('conversation', id));
  return {
    async create({ id, project_id, title }) {
      const at = now();
      await database.transaction(async (query) => {
        const project = await query.row('SELECT 1 FROM projects WHERE id = $1 FOR KEY SHARE', [project_id]);
        only(project, () => notFound('project', project_id));
        await insertRows(query, 'conversations', [{ id, project_id, title, created_at: at, updated_at: at }]);
      });
      return get(id);
    },
    get: async (id) => (await find(id)) ?? null,
    list({ project_id, q, ...asked }) {
      const { where, values } = filters([
        [equals('c.project_id'), project_id],
        [contains('c.title'), q],
      ]);
      return list<Conversation, Conversation>(database, asked, {
        columns: COLUMNS,
        from: `FROM conversations c WHERE ${where}`,
        values,
        id: 'c.id',
        sorts: { created_at: null, updated_at: asText('c.updated_at'), title: inAnyCase('c.title') },
        sort: '-updated_at',
        toItem: (row) => row,
      });
    },
    async rename(id, title, expected) {
      const changes = await database.run(RENAME, [id, title, now(), expected ?? null]);
      const conversation = await get(id);
      if (changes === 0) throw outdated('conversation', conversation.version);
      return conversation;
    },
    async remove(id) {
      if ((await database.run('DELETE FROM conversations WHERE id = $1', [id])) === 0) throw notFound('conversation', id);
    },
    messages: (id, { branch, ...asked }) => listMessages(database, id, branch === 'latest', asked),
    async message(id, message_id) {
      const found = `SELECT ${MESSAGE} FROM chat_messages WHERE conversation_id = $1 AND id = $2`;
      return (await database.row<Message>(found, [id, message_id])) ?? null;
    },
    recent: (id, limit, end) => database.rows<Message>(RECENT, [id, limit, end ?? null]),
    append: (id, messages) => database.transaction((query) => append(query, id, messages)),
  };
}

function listMessages(query: Query, id: string, latest: boolean, asked: Parameters<typeof list>[1]) {
  const among = latest ? `AND id IN (${branchTo(newestOf('$1'))} SELECT id FROM branch)` : '';
  return list<Message, Message>(query, asked, {
    columns: MESSAGE,
    from: `FROM chat_messages WHERE conversation_id = $1 ${among}`,
    values: [id],
    id: 'id',
    sorts: { created_at: null },
    sort: 'created_at',
    toItem: (row) => row,
  });
}

/** It is held on to from its change on, so that nobody deletes it meanwhile. */
async function append(query: Query, conversation_id: string, messages: Message[]): Promise<void> {
  const touch = 'UPDATE conversations SET updated_at = $2 WHERE id = $1 RETURNING project_id';
  const touched = await query.row<{ project_id: string }>(touch, [conversation_id, now()]);
  const { project_id } = only(touched, () => notFound('conversation', conversation_id));
  const rows: object[] = [];
  for (const message of messages) {
    rows.push(messageRow({ ...message, ...(await missingFrom(query, message)) }, { project_id, conversation_id }));
  }
  await insertRows(query, 'chat_messages', rows);
}
