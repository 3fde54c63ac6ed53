/**
 * Takes deleted words out of the full-text indexes. A deletion in FTS5 only adds a mark; the words go when the index is merged. Its own
 * option for that, `secure-delete`, costs 8 ms for each chunk among 20,000; merging all of it once, in steps, costs 0.3 s for any number.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Log } from '../../../../core/ports/runtime';
import type { Connection } from '../database';

export const FULL_TEXT = ['chunk_words', 'chunk_trigrams'];
/** In the table of settings while marks are left, so that a killed process goes on with it. */
const UNCLEAN = 'full_text_unclean';
/** Pages merged in one step: at most 7 ms. */
const PAGES = 16;
/** After the last of several deletions. */
const QUIET_MS = 200;
/** What closing may take; the next start does the rest. */
const CLOSING_MS = 1_500;

/** With the deletions that it is about, in their transaction; each has a value of its own. */
export const MARK_UNCLEAN = `INSERT OR REPLACE INTO settings (key, value) VALUES ('${UNCLEAN}', json_quote(hex(randomblob(8))))`;
export const MARK_CLEAN = `DELETE FROM settings WHERE key = '${UNCLEAN}'`;
/** Samples of index keys, for the query planner: they may be names out of deleted documents. */
export const FORGET_SAMPLES = `DELETE FROM sqlite_stat4 WHERE tbl IN ('entities', 'entity_words')`;

export interface Purge {
  /** Something was deleted; what is left of it goes when nothing more is being deleted. */
  soon(): void;
  close(): void;
}

export function createPurge(sql: Connection, log: Log): Purge {
  const steps = createSteps(sql);
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let closed = false;

  async function run(): Promise<void> {
    if (running) return soon();
    running = true;
    try {
      for (const _ of steps()) {
        await breathe();
        if (closed) return;
      }
    } catch (error) {
      log.warn('deleted words could not be taken out of the full text yet', { message: String(error) });
    } finally {
      running = false;
    }
  }

  function soon(): void {
    clearTimeout(timer);
    if (closed) return;
    timer = setTimeout(() => void run(), QUIET_MS);
    timer.unref();
  }

  soon();
  return {
    soon,
    close() {
      closed = true;
      clearTimeout(timer);
      const until = Date.now() + CLOSING_MS;
      for (const _ of steps()) if (Date.now() > until) return;
    },
  };
}

/** Short transactions. What is deleted between two of them marks the index anew, and is left for the next time. */
function createSteps(sql: Connection): () => Generator<void> {
  const unclean = sql.prepare('SELECT value FROM settings WHERE key = ?').pluck();
  const clean = sql.prepare(`${MARK_CLEAN} AND value = ?`);
  const changes = sql.prepare('SELECT total_changes()').pluck();
  const sampled = sql.prepare("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat4'");
  const merges = FULL_TEXT.map((table) => sql.prepare(`INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`));

  return function* () {
    const mark = unclean.get(UNCLEAN);
    if (mark === undefined) return;
    if (sampled.get()) sql.exec(FORGET_SAMPLES);
    for (const merge of merges) {
      // The first, negative number takes in all segments, whatever their sizes (sqlite.org/fts5.html#the_merge_command).
      for (let pages = -PAGES; ; pages = PAGES) {
        const before = Number(changes.get());
        merge.run(pages);
        if (Number(changes.get()) - before < 2) break;
        yield;
      }
    }
    clean.run(mark);
  };
}
