/** As drizzle.config.ts, for the tables of the team's database: `npm run migrations:postgres`. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './src-main/adapters/records/postgres/schema.ts',
  out: './migrations/postgres',
});
