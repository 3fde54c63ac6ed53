/** The originals of all servers, in pieces: a file is one row, and a row for each mebibyte of it. */
import type { SharedOriginals } from '../../../core/ports/file-store';
import type { Database } from './database';
import type { Locks } from './locks';

/** Larger ones are cut. */
const PIECE = 1024 * 1024;
const PAGE = 500;

const CREATE = 'INSERT INTO originals (sha256, size_bytes, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
const ADD = 'INSERT INTO original_parts (sha256, part, bytes) VALUES ($1, $2, $3)';
const PART = 'SELECT bytes FROM original_parts WHERE sha256 = $1 AND part = $2';
const REMOVE = `
  DELETE FROM originals o WHERE o.sha256 = $1 AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.sha256 = o.sha256)`;

export function createOriginals(database: Database, locks: Locks): SharedOriginals {
  const { rows, row } = database;

  async function* parts(sha256: string): AsyncGenerator<Buffer> {
    for (let part = 0; ; part += 1) {
      const found = await row<{ bytes: Buffer }>(PART, [sha256, part]);
      if (!found) return;
      yield found.bytes;
    }
  }

  async function* list(): AsyncGenerator<string> {
    for (let after = ''; ; ) {
      const found = await rows<{ sha256: string }>('SELECT sha256 FROM originals WHERE sha256 > $1 ORDER BY sha256 LIMIT $2', [
        after,
        PAGE,
      ]);
      for (const { sha256 } of found) yield sha256;
      const last = found.at(-1);
      if (!last) return;
      after = last.sha256;
    }
  }

  const isThere = async (sha256: string) => (await row('SELECT 1 FROM originals WHERE sha256 = $1', [sha256])) !== undefined;

  return {
    async write({ sha256, size_bytes }, source) {
      if (await isThere(sha256)) return;
      await database.transaction(async (query) => {
        const added = await query.run(CREATE, [sha256, size_bytes, new Date().toISOString()]);
        if (added === 0) return;
        let part = 0;
        let written = 0;
        for await (const bytes of source) {
          written += bytes.length;
          for (let from = 0; from < bytes.length; from += PIECE) {
            await query.run(ADD, [sha256, part, bytes.subarray(from, from + PIECE)]);
            part += 1;
          }
        }
        // A transaction that begins anew finds its source read already.
        if (written !== size_bytes) throw new Error(`an original has ${written} bytes instead of ${size_bytes}`);
      });
    },
    read: async (sha256) => ((await isThere(sha256)) ? parts(sha256) : null),
    async remove(sha256) {
      await database.run(REMOVE, [sha256]);
      return !(await isThere(sha256));
    },
    async among(hashes) {
      const found = await rows<{ sha256: string }>('SELECT sha256 FROM originals WHERE sha256 = ANY($1::text[])', [hashes]);
      return new Set(found.map(({ sha256 }) => sha256));
    },
    list,
    claim: (sha256) => locks.claim(`original ${sha256}`),
  };
}
