/** Settings in SQLite: JSON values by key. */
import { eq } from 'drizzle-orm';
import type { SettingRecords } from '../../../../core/ports/records';
import type { SqliteDatabase } from '../database';
import { settings } from '../schema';

export function createSettingTables({ orm }: SqliteDatabase): SettingRecords {
  const get = (key: string): unknown => orm.select().from(settings).where(eq(settings.key, key)).get()?.value;
  return {
    get: async (key) => get(key),
    async set(key, value) {
      orm.insert(settings).values({ key, value }).onConflictDoUpdate({ target: settings.key, set: { value } }).run();
    },
    async keep(key, value) {
      orm.insert(settings).values({ key, value }).onConflictDoNothing().run();
      return get(key);
    },
  };
}
