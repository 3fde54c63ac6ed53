/** The agent bus: a folder in which other agents leave tasks and find completions, ready signals and contracts. */
import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { AppError } from '../../core/errors';
import { LIMITS } from '../../core/limits';
import type { Log } from '../../core/ports/runtime';
import type { Caller } from '../context';
import { describeError, failed } from '../errors';
import type { Router } from '../router';
import { publishContracts, publishReady, type Serving } from './announce';
import { completionName, FOLDERS, TASKS, writeFailure, writeSuccess } from './completion';
import { makeFolders, readPlain, signatureOf } from './files';
import { type Inbox, openInbox } from './inbox';
import { Journal } from './journal';
import type { Operation } from './operation';
import { type Prepared, prepare } from './run-task';
import { malformed, parseJson, readTask } from './task';

export interface BusOptions {
  router: Router;
  log: Log;
  folder: string;
  serving: Serving;
  limits?: Partial<BusLimits>;
}

export interface BusLimits {
  busTaskBytes: number;
  busSettleMs: number;
  busTasksAtOnce: number;
  busTaskMs: number;
}

export interface Bus {
  /** Lets running tasks end within a moment, then says `stopped`. */
  stop(): Promise<void>;
}

const REJECTED_REMEMBERED = 10_000;

/** @throws when the folder cannot be used */
export async function startBus({ folder: given, serving, limits, ...rest }: BusOptions): Promise<Bus> {
  await makeFolders(given, FOLDERS);
  const folder = await realpath(given);
  const { journal, interrupted, refused } = await Journal.open(folder);
  const work = new Work({ ...rest, folder, journal, limits: { ...LIMITS, ...limits } }, refused);
  for (const task of interrupted) await work.giveUp(task);
  await publishContracts(folder, serving);
  await publishReady(folder, serving, 'ready');
  const inbox = openInbox(folder, rest.log, (open, answered) => work.look(open, answered));
  work.inbox = inbox;
  return {
    async stop() {
      await inbox.close();
      await work.stop();
      await publishReady(folder, serving, 'stopped');
    },
  };
}

interface WorkOptions {
  router: Router;
  log: Log;
  folder: string;
  journal: Journal;
  limits: BusLimits;
}

interface HalfWritten {
  signature: string;
  since: number;
}

/** The tasks that are being read and run. */
class Work {
  inbox: Inbox | null = null;
  private readonly running = new Map<string, Promise<void>>();
  private readonly halfWritten = new Map<string, HalfWritten>();
  /** State of a file that was refused unread or unrun: when it changes, it is tried again. */
  private readonly rejected = new LRUCache<string, string>({ max: REJECTED_REMEMBERED });
  /** Their completion could not be written: they would be done again and again. */
  private readonly unanswerable = new Set<string>();
  private readonly ending = new AbortController();

  /** @param refused what an earlier process refused, with the state of each file */
  constructor(
    private readonly options: WorkOptions,
    refused: [task: string, state: string][],
  ) {
    for (const [task, state] of refused) this.rejected.set(task, state);
  }

  /** Begins what there is room for; the rest is found by the next look. */
  async look(open: string[], answered: string[]): Promise<void> {
    for (const task of this.halfWritten.keys()) if (!open.includes(task)) this.halfWritten.delete(task);
    const corrected = new Set(await this.corrected(answered));
    for (const task of [...open, ...corrected]) {
      if (this.ending.signal.aborted || this.running.size >= this.options.limits.busTasksAtOnce) return;
      if (this.running.has(task) || this.unanswerable.has(task)) continue;
      if (corrected.has(task) || !(await this.isAnswered(task))) await this.examine(task);
    }
  }

  /** By now: the list of open tasks is as old as the first of them, and one may have ended since. */
  private async isAnswered(task: string): Promise<boolean> {
    return (await signatureOf(join(this.options.folder, TASKS, completionName(task)))) !== null;
  }

  async giveUp({ task, id, started_at }: { task: string; id: string; started_at: string }): Promise<void> {
    const message = 'Pressmark was killed while it ran this task: look whether it was done, and give it a new id to run it again.';
    await writeFailure(this.options.folder, { task, id, operation: null, started_at }, failed('UNAVAILABLE', message), null);
    await this.options.journal.release(task);
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await Promise.allSettled(this.running.values());
  }

  private path(task: string): string {
    return join(this.options.folder, TASKS, `${task}.json`);
  }

  private async corrected(answered: string[]): Promise<string[]> {
    const changed: string[] = [];
    for (const task of answered) {
      const before = this.rejected.get(task);
      if (before !== undefined && (await signatureOf(this.path(task))) !== before) changed.push(task);
    }
    return changed;
  }

  /** Reads a task; runs it in the background, refuses it, or leaves it for later when it is still being written. */
  private async examine(task: string): Promise<void> {
    const started_at = new Date().toISOString();
    const facts: { task: string; id: string | null; operation: Operation | null; started_at: string } = {
      task,
      id: null,
      operation: null,
      started_at,
    };
    const signature = await signatureOf(this.path(task));
    if (signature === null) return; // taken away again
    try {
      const parsed = parseJson(await readPlain(this.path(task), this.options.limits.busTaskBytes));
      if (!parsed && this.mayBeHalfWritten(task, signature)) return;
      this.halfWritten.delete(task);
      if (!parsed) throw malformed('The task is not valid JSON, and it has not changed for a while.');
      const read = readTask(parsed.value, task);
      facts.id = read.id;
      this.refuseRepeated(read.id, task);
      const prepared = await prepare(read, this.options);
      facts.operation = prepared.operation;
      this.rejected.delete(task);
      this.running.set(task, this.run(prepared, { ...facts, id: read.id, operation: prepared.operation }));
    } catch (error) {
      this.rejected.set(task, signature);
      await this.answer(task, () => writeFailure(this.options.folder, facts, describeError(error, this.options.log, task), signature));
    }
  }

  private mayBeHalfWritten(task: string, signature: string): boolean {
    const known = this.halfWritten.get(task);
    if (known?.signature === signature) return Date.now() - known.since < this.options.limits.busSettleMs;
    this.halfWritten.set(task, { signature, since: Date.now() });
    return true;
  }

  private refuseRepeated(id: string, task: string): void {
    const first = this.options.journal.doneBefore(id, task);
    if (first === null) return;
    throw new AppError('CONFLICT', `The id ${id} was done already, as ${first}; give a new task a new id.`, { id, first });
  }

  private async run(
    { operation, run }: Prepared,
    facts: { task: string; id: string; operation: Operation; started_at: string },
  ): Promise<void> {
    const { folder, journal, limits, log } = this.options;
    const caller: Caller = { door: 'bus', scope: 'write', user: 'agent bus', token_id: null, request_id: randomUUID() };
    const changes = operation.meta.scope !== 'read';
    journal.note(facts.id, facts.task);
    await this.answer(facts.task, async () => {
      if (changes) await journal.claim(facts.task, facts.id, facts.started_at);
      try {
        const result = await run(caller, AbortSignal.any([this.ending.signal, AbortSignal.timeout(limits.busTaskMs)]));
        await writeSuccess(folder, facts, result);
      } catch (error) {
        await writeFailure(folder, facts, describeError(error, log, caller.request_id), null);
      }
      if (changes) await journal.release(facts.task);
    });
    this.running.delete(facts.task);
    this.inbox?.wake();
  }

  /** A folder that cannot be written to stops neither the bus nor the next task. */
  private async answer(task: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.unanswerable.add(task);
      this.options.log.error('the completion of a task cannot be written', { task, reason: String(error) });
    }
  }
}
