/** Settings in SQLite: JSON values by key. */
import { eq } from 'drizzle-orm';
import type { SettingRecords } from '../../../../core/ports/records';
import type { SqliteDatabase } from '../database';
import { settings } from '../schema';

export function createSettingTables({ orm }: SqliteDatabase): SettingRecords {
  return {
    get: async (key) => orm.select().from(settings).where(eq(settings.key, key)).get()?.value,
    async set(key, value) {
      orm.insert(settings).values({ key, value }).onConflictDoUpdate({ target: settings.key, set: { value } }).run();
    },
  };
}
