/** Takes the words of deleted documents out of what was kept besides them: answers, and answers kept for repeated requests. */
import type { Message } from '../../../../contract/chat';
import { type Told, withoutSource } from '../../../../core/chat/forget';
import type { Query } from '../database';
import { assignments } from './rows';

const CITING = `
  SELECT m.id, m.content, m.citations, m.sentences FROM documents d
  JOIN chat_messages m ON m.project_id = d.project_id AND strpos(m.citations::text, d.id) > 0 WHERE d.id = $1 FOR UPDATE OF m`;

/** Within the transaction that deletes the document, before its row goes. */
export async function forgetDocument(query: Query, id: string): Promise<void> {
  for (const { id: message_id, ...told } of await query.rows<Told & { id: string }>(CITING, [id])) {
    const { content, citations, sentences } = withoutSource(told, id);
    const { set, values } = assignments({ content, citations, sentences }, 2);
    await query.run(`UPDATE chat_messages SET ${set} WHERE id = $1`, [message_id, ...values]);
  }
  await query.run('DELETE FROM idempotency WHERE strpos(answer::text, $1) > 0', [id]);
}

/** Of an answer whose sources were deleted while it was written; the others cannot be deleted before the transaction ends. */
export async function missingFrom(query: Query, message: Message): Promise<Told> {
  const cited = [...new Set(message.citations.filter(({ deleted }) => !deleted).map(({ document_id }) => document_id))];
  if (cited.length === 0) return message;
  const rows = await query.rows<{ id: string }>('SELECT id FROM documents WHERE id = ANY($1::text[]) ORDER BY id FOR KEY SHARE', [cited]);
  const present = new Set(rows.map(({ id }) => id));
  return cited.filter((id) => !present.has(id)).reduce<Told>((told, id) => withoutSource(told, id), message);
}
