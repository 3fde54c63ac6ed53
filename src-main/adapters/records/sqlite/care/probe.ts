/** Can this library file be used? Asked before anything opens it, through a connection that cannot write. */
import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { connectToRead } from '../database';
import { applied } from '../migrate';
import { examineStructure } from './examine';

/** Of this size it takes about 50 ms to look at every page; a larger library is looked at in the background. */
const LOOKED_THROUGH = 12 * 1024 * 1024;

/** Null when it can; else what is wrong with it. Whatever is no damage (no permission, say) is left to whoever opens it. */
export function damageOf(path: string, whole: boolean): string | null {
  if (!existsSync(path)) return 'the file is missing';
  const { size } = statSync(path);
  if (size === 0) return 'the file is empty';
  try {
    return look(path, whole || size <= LOOKED_THROUGH);
  } catch (error) {
    if (isDamage(error)) return error instanceof Error ? error.message : String(error);
    return null;
  }
}

function look(path: string, whole: boolean): string | null {
  const sql = new Database(path, { readonly: true });
  try {
    // Killed before its first migration was whole.
    if (Number(sql.prepare('SELECT count(*) FROM sqlite_master').pluck().get()) === 0) return null;
    if (applied(sql) === null) return 'it has no tables of Pressmark';
    sql.prepare('SELECT count(*) FROM projects').get();
    sql.prepare('SELECT id, project_id, filename FROM documents LIMIT 1').get();
  } finally {
    sql.close();
  }
  return whole ? lookThrough(path) : null;
}

function lookThrough(path: string): string | null {
  const sql = connectToRead(path);
  try {
    const found = examineStructure(sql).find(({ kind }) => kind === 'structure');
    return found ? `${found.table}: ${found.message}` : null;
  } finally {
    sql.close();
  }
}

/** A missing table is damage as well: the migrations were applied, or this would not be a library. */
export const isDamage = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (/^SQLITE_(CORRUPT|NOTADB)/.test(String(error.code)) || /^no such (table|column)|malformed/.test(error.message));
