/** Access tokens in PostgreSQL: their rows, never the tokens themselves. */
import type { Token } from '../../../../contract/tokens';
import { notFound } from '../../../../core/errors';
import type { TokenRecords, TokenRow } from '../../../../core/ports/access';
import { only, pageOf } from '../../shared/paging';
import { insertRows, type Shared } from './rows';

const TOKEN = 'id, name, scopes, installation, created_at, expires_at, last_used_at, revoked_at';
const ROW = `${TOKEN}, generation`;
const LIST = `SELECT ${TOKEN} FROM tokens WHERE id > $1 ORDER BY id LIMIT $2`;

export function createTokenTables({ database }: Shared): TokenRecords {
  const change = async (id: string, set: string, value: string | null): Promise<TokenRow> => {
    const row = await database.row<TokenRow>(`UPDATE tokens SET ${set} WHERE id = $1 RETURNING ${ROW}`, [id, value]);
    return only(row, () => notFound('token', id));
  };
  return {
    async create(token) {
      const [row] = await insertRows<TokenRow>(database, 'tokens', [token], `RETURNING ${ROW}`);
      return only(row, () => new Error('a token was not kept'));
    },
    get: async (id) => (await database.row<TokenRow>(`SELECT ${ROW} FROM tokens WHERE id = $1`, [id])) ?? null,
    installation: async () => (await database.row<TokenRow>(`SELECT ${ROW} FROM tokens WHERE installation AND revoked_at IS NULL`)) ?? null,
    async list({ limit, cursor }) {
      const rows = await database.rows<Token>(LIST, [cursor ?? '', limit + 1]);
      return pageOf(
        rows,
        limit,
        ({ id }) => id,
        (token) => token,
      );
    },
    renew: (id, expires_at) => change(id, 'expires_at = $2, generation = generation + 1', expires_at),
    extend: (id, expires_at) => change(id, 'expires_at = $2', expires_at),
    revoke: (id, at) => change(id, 'revoked_at = $2', at),
    async revokeAll(at) {
      await database.run('UPDATE tokens SET revoked_at = $1 WHERE NOT installation AND revoked_at IS NULL', [at]);
    },
    async used(id, at) {
      await database.run('UPDATE tokens SET last_used_at = $2 WHERE id = $1', [id, at]);
    },
  };
}
