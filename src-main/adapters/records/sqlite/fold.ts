/** `fold` in SQL: SQLite's own `lower` knows ASCII only. */
import { fold } from '../shared/fold';
import type { Connection } from './database';

export function declareFold(connection: Connection): void {
  connection.function('fold', { deterministic: true }, (text: unknown) => (typeof text === 'string' ? fold(text) : null));
}
