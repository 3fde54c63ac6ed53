/** `npm run migrations` compares the schema with what was generated before and writes the difference as SQL. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({ dialect: 'sqlite', schema: './src-main/adapters/records/sqlite/schema*.ts', out: './migrations/sqlite' });
