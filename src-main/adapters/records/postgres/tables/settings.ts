/** Settings in PostgreSQL: JSON values by key. */
import type { SettingRecords } from '../../../../core/ports/records';
import { insertRows, type Shared } from './rows';

export function createSettingTables({ database }: Shared): SettingRecords {
  const get = async (key: string) => (await database.row<{ value: unknown }>('SELECT value FROM settings WHERE key = $1', [key]))?.value;
  return {
    get,
    async set(key, value) {
      await insertRows(database, 'settings', [{ key, value }], 'ON CONFLICT (key) DO UPDATE SET value = excluded.value');
    },
    async keep(key, value) {
      await insertRows(database, 'settings', [{ key, value }], 'ON CONFLICT DO NOTHING');
      return get(key);
    },
  };
}
