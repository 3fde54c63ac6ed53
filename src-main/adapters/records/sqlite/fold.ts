/** `fold` in SQL: SQLite's own `lower` knows ASCII only. */
import type { Database } from 'better-sqlite3';
import { fold } from '../shared/fold';

export function declareFold(connection: Database): void {
  connection.function('fold', { deterministic: true }, (text: unknown) => (typeof text === 'string' ? fold(text) : null));
}
