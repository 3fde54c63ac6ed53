/** Finds the tasks of the bus folder that still want an answer: by looking, woken by the file system where it can. */
import { type FSWatcher, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../core/ports/runtime';
import { completionName, TASKS } from './completion';

// Looking is what counts: events get lost on network folders and in floods. (chokidar would need a newer Node than Electron's.)
const LOOK_MS = 1_000;
const WAKE_MS = 20;
const TASK_FILE = /^(Stage.*-task-.*)\.json$/i;
const COMPLETION_FILE = /-completion\.json$/i;

export interface Inbox {
  /** Look soon: something has become free or changed. */
  wake(): void;
  /** Looks no more; waits for the look that is under way. */
  close(): Promise<void>;
}

/** @param look gets the names of the tasks without completion, and those with one, both without `.json` */
export function openInbox(folder: string, log: Log, look: (open: string[], answered: string[]) => Promise<void>): Inbox {
  const tasks = join(folder, TASKS);
  let looking: Promise<void> | null = null;
  let again = false;
  let soon: NodeJS.Timeout | null = null;
  let closed = false;

  async function lookOnce(): Promise<void> {
    try {
      const { open, answered } = sorted(await readdir(tasks));
      await look(open, answered);
    } catch (error) {
      log.warn('the bus folder cannot be read', { reason: String(error) });
    }
  }

  function run(): void {
    soon = null;
    if (closed) return;
    again = looking !== null;
    looking ??= lookOnce().finally(() => {
      looking = null;
      if (again) wake();
    });
  }

  function wake(): void {
    if (!closed) soon ??= setTimeout(run, WAKE_MS);
  }

  const timer = setInterval(wake, LOOK_MS);
  const watcher = watcherOf(tasks, wake);
  wake();
  return {
    wake,
    async close() {
      closed = true;
      clearInterval(timer);
      if (soon) clearTimeout(soon);
      watcher?.close();
      await looking;
    },
  };
}

/** Null where the system offers none; then only the timer looks. */
function watcherOf(path: string, wake: () => void): FSWatcher | null {
  try {
    return watch(path, { persistent: false }, wake).on('error', () => undefined);
  } catch {
    return null;
  }
}

/** `task-2` before `task-10`, so that tasks begin in the order of their numbers. */
function sorted(names: string[]): { open: string[]; answered: string[] } {
  const present = new Set(names);
  const tasks = names.filter((name) => !COMPLETION_FILE.test(name)).flatMap((name) => TASK_FILE.exec(name)?.[1] ?? []);
  const isAnswered = (task: string) => present.has(completionName(task));
  const byNumber = new Intl.Collator('en', { numeric: true });
  return {
    open: tasks.filter((task) => !isAnswered(task)).sort(byNumber.compare),
    answered: tasks.filter(isAnswered),
  };
}
