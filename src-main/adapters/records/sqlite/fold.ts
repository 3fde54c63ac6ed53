/** Text for comparing without regard to case, in any script. */
import type { Connection } from './database';

export const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

/** SQLite's own `lower` knows ASCII only. */
export function declareFold(connection: Connection): void {
  connection.function('fold', { deterministic: true }, (text: unknown) => (typeof text === 'string' ? fold(text) : null));
}
