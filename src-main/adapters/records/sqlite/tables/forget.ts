/** Takes the words of deleted documents out of what was kept besides them: answers, and answers kept for repeated requests. */
import type { Message } from '../../../../contract/chat';
import { type Told, withoutSource } from '../../../../core/chat/forget';
import type { Connection } from '../database';

type Row = { id: string } & Record<keyof Told, string>;

export function createForgetting(sql: Connection) {
  const citing = sql.prepare(`
    SELECT m.id, m.content, m.citations, m.sentences FROM documents d
    JOIN chat_messages m ON m.project_id = d.project_id AND instr(m.citations, d.id) > 0 WHERE d.id = ?`);
  const rewrite = sql.prepare('UPDATE chat_messages SET content = ?, citations = ?, sentences = ? WHERE id = ?');
  const unkeep = sql.prepare('DELETE FROM idempotency WHERE instr(answer, ?) > 0');
  const present = sql.prepare('SELECT 1 FROM documents WHERE id = ?');
  return {
    /** Within the transaction that deletes the document, before its row goes. */
    document(id: string): void {
      for (const row of citing.all(id) as Row[]) {
        const told = { content: row.content, citations: JSON.parse(row.citations), sentences: JSON.parse(row.sentences) } as Told;
        const { content, citations, sentences } = withoutSource(told, id);
        rewrite.run(content, JSON.stringify(citations), JSON.stringify(sentences), row.id);
      }
      unkeep.run(id);
    },
    /** Of an answer whose sources were deleted while it was written. */
    missing(message: Message): Told {
      const ids = new Set(message.citations.filter(({ deleted }) => !deleted).map(({ document_id }) => document_id));
      const gone = [...ids].filter((id) => !present.get(id));
      return gone.reduce<Told>((told, id) => withoutSource(told, id), message);
    },
  };
}
