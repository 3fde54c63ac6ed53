/** The rival of bench/http.mjs: a bare Express 5 handler with better-sqlite3 that answers the same list. `node express.mjs LIBRARY` */
import Database from 'better-sqlite3';
import express from 'express';

const database = new Database(process.argv[2], { readonly: true });
const query = database.prepare(
  `SELECT id, project_id, filename, mime_type, size_bytes, sha256, state, pages, chunks, embedded_chunks, error, metadata, created_at, updated_at
   FROM documents WHERE project_id = ? ORDER BY id DESC LIMIT ?`,
);
const app = express();
app.get('/api/documents', (request, response) => {
  const limit = Number(request.query.limit ?? 50);
  const rows = query.all(request.query.project_id, limit + 1);
  const items = rows
    .slice(0, limit)
    .map((row) => ({ ...row, error: JSON.parse(row.error), metadata: JSON.parse(row.metadata), content: null }));
  const next_cursor = rows.length > limit ? items.at(-1).id : null;
  response.json({ status: 'success', data: { items, next_cursor }, message: 'OK', timestamp: new Date().toISOString() });
});
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
