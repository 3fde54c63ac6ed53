/** Tells an MCP client when documents come, go or get their text. */
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { call } from '@orpc/server';
import type { SystemEvent } from '../../contract/system';
import type { Log } from '../../core/ports/runtime';
import type { Caller } from '../context';
import type { Router } from '../router';
import { uriOf } from './resource-list';

/** Many documents that arrive together are one change of the list. */
const TOGETHER_MS = 300;

interface Watch {
  router: Router;
  log: Log;
  caller: Caller;
  /** Addresses that the client subscribed to. */
  followed: ReadonlySet<string>;
}

/** Watches from the client's `initialized` until the connection closes. */
export function announceChanges(server: Server, watch: Watch): void {
  const ended = new AbortController();
  server.oninitialized = () => void follow(server, watch, ended.signal);
  server.onclose = () => ended.abort();
}

async function follow(server: Server, { router, log, caller, followed }: Watch, signal: AbortSignal): Promise<void> {
  const list = later(() => quietly(server.sendResourceListChanged()));
  signal.addEventListener('abort', list.cancel, { once: true });
  try {
    for await (const event of await call(router.system.events, {}, { context: caller, signal })) {
      if (signal.aborted) return;
      if (changesList(event)) list.soon();
      await quietly(tellState(server, event));
      for (const uri of changedAddresses(event, followed)) await quietly(server.sendResourceUpdated({ uri }));
    }
  } catch (error) {
    if (!signal.aborted) log.warn('an MCP client hears of no more changes', { request_id: caller.request_id, reason: String(error) });
  }
}

/** The person's agent hears in words what became of a file. */
async function tellState(server: Server, event: SystemEvent): Promise<void> {
  if (event.type !== 'document' || !['ready', 'failed'].includes(event.document.state)) return;
  const { id: document_id, filename, state, error } = event.document;
  const data = { document_id, filename, state, ...(error ? { code: error.code, message: error.message } : {}) };
  await server.sendLoggingMessage({ level: error ? 'warning' : 'info', logger: 'documents', data }, server.transport?.sessionId);
}

/** `searchable` is the moment at which a document can be read, so at which it enters the list. */
const changesList = (event: SystemEvent): boolean =>
  event.type === 'missed' ||
  event.type === 'document_removed' ||
  (event.type === 'document' && ['searchable', 'failed'].includes(event.document.state));

function changedAddresses(event: SystemEvent, followed: ReadonlySet<string>): string[] {
  if (event.type !== 'document' && event.type !== 'document_removed') return [];
  const uri = uriOf(event.type === 'document' ? event.document.id : event.document_id);
  return [...followed].filter((each) => each === uri || each.startsWith(`${uri}/`) || each.startsWith(`${uri}?`));
}

/** Runs once, a moment after the first of several calls. */
function later(work: () => unknown): { soon(): void; cancel(): void } {
  let timer: NodeJS.Timeout | null = null;
  return {
    soon() {
      timer ??= setTimeout(() => {
        timer = null;
        work();
      }, TOGETHER_MS);
    },
    cancel() {
      if (timer) clearTimeout(timer);
    },
  };
}

/** A client that has just gone needs no notice. */
const quietly = (sent: Promise<unknown>): Promise<unknown> => sent.catch(() => undefined);
