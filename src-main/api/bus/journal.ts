/** What the bus has done already, also before a restart: an id is done once. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LIMITS } from '../../core/limits';
import { TASKS } from './completion';
import { readPlain, writeJson } from './files';

const COMPLETION_FILE = /^(.+)-completion\.json$/;
const CLAIM_FILE = /^\.(.+)\.claim$/;
/** A completion holds a result of at most `busResultBytes`, and indents it. */
const COMPLETION_BYTES = LIMITS.busResultBytes * 8;
const READ_AT_ONCE = 16;

const kept = z.object({ id: z.string().nullable(), executed: z.boolean(), refused: z.string().nullish() });
const claimed = z.object({ id: z.string(), started_at: z.string() });

export interface Interrupted {
  task: string;
  id: string;
  started_at: string;
}

export class Journal {
  private readonly taskOf = new Map<string, string>();
  /** Tasks that were refused unrun, with the state of their files then. */
  private readonly refused = new Map<string, string>();

  private constructor(private readonly folder: string) {}

  /** Reads what was done before. `interrupted`: begun by a process that was killed, so nobody knows how far. */
  static async open(folder: string): Promise<{ journal: Journal; interrupted: Interrupted[]; refused: [task: string, state: string][] }> {
    const journal = new Journal(folder);
    const names = await readdir(join(folder, TASKS));
    const answered = names.flatMap((name) => COMPLETION_FILE.exec(name)?.[1] ?? []);
    for (let at = 0; at < answered.length; at += READ_AT_ONCE) {
      await Promise.all(answered.slice(at, at + READ_AT_ONCE).map((task) => journal.remember(task)));
    }
    const interrupted: Interrupted[] = [];
    for (const task of names.flatMap((name) => CLAIM_FILE.exec(name)?.[1] ?? [])) {
      const claim = await journal.read(`.${task}.claim`, claimed);
      if (claim && !answered.includes(task)) interrupted.push({ task, ...claim });
      else await journal.release(task);
    }
    for (const { task, id } of interrupted) journal.note(id, task);
    return { journal, interrupted, refused: [...journal.refused] };
  }

  /** The task that was done under this id, if it was another one. */
  doneBefore(id: string, task: string): string | null {
    const first = this.taskOf.get(id);
    return first === undefined || first === task ? null : first;
  }

  note(id: string, task: string): void {
    if (!this.taskOf.has(id)) this.taskOf.set(id, task);
  }

  /** Stands on the disk while a change is under way. */
  claim(task: string, id: string, started_at: string): Promise<void> {
    return writeJson(join(this.folder, TASKS, `.${task}.claim`), { id, started_at });
  }

  release(task: string): Promise<void> {
    return rm(join(this.folder, TASKS, `.${task}.claim`), { force: true });
  }

  private async remember(task: string): Promise<void> {
    const completion = await this.read(`${task}-completion.json`, kept);
    if (completion?.executed && completion.id !== null) this.note(completion.id, task);
    if (completion?.refused) this.refused.set(task, completion.refused);
  }

  private async read<T>(name: string, schema: z.ZodType<T>): Promise<T | null> {
    try {
      return schema.parse(JSON.parse(await readPlain(join(this.folder, TASKS, name), COMPLETION_BYTES)));
    } catch {
      return null; // not one of ours, or damaged by hand
    }
  }
}
