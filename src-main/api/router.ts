/** The table of contents: every operation of the contract and the service method that answers it. */
import { implement } from '@orpc/server';
import { contract } from '../contract';
import type { ChatAnswer, ChatEvent } from '../contract/chat';
import type { OperationMeta } from '../contract/op';
import { AppError } from '../core/errors';
import type { Log } from '../core/ports/runtime';
import type { Services } from '../core/services';
import { type Caller, permits } from './context';
import { toContractError } from './errors';
import { fileOf, receiveFiles } from './file-transfer';

/** Builds the router that all doors share. Its context is the `Caller`. */
export function createRouter(services: Services, log: Log) {
  const { projects, documents, jobs, search, chat, conversations, system } = services;
  const os = implement(contract)
    .$context<Caller>()
    .use(async ({ context, next, procedure }) => {
      try {
        admit(context, procedure['~orpc'].meta);
        return await next();
      } catch (error) {
        throw toContractError(error, log, context.request_id);
      }
    });
  const watched = <T>(stream: AsyncGenerator<T>, { request_id }: Caller) => withContractErrors(stream, log, request_id);
  return os.router({
    system: {
      health: os.system.health.handler(() => system.health()),
      info: os.system.info.handler(() => system.info()),
      events: os.system.events.handler(({ input, signal, context }) => watched(system.events(input.after, live(signal)), context)),
    },
    projects: {
      list: os.projects.list.handler(({ input }) => projects.list(input)),
      create: os.projects.create.handler(({ input }) => projects.create(input)),
      get: os.projects.get.handler(({ input }) => projects.get(input.id)),
      update: os.projects.update.handler(({ input }) => projects.update(input)),
      remove: os.projects.remove.handler(({ input }) => projects.remove(input.id)),
    },
    documents: {
      upload: os.documents.upload.handler(({ input }) => receiveFiles(documents, input)),
      import: os.documents.import.handler(({ input }) => documents.importPaths(input)),
      list: os.documents.list.handler(({ input }) => documents.list(input)),
      get: os.documents.get.handler(({ input }) => documents.get(input.id)),
      remove: os.documents.remove.handler(({ input }) => documents.remove(input.id)),
      file: os.documents.file.handler(({ input }) => fileOf(documents, input.id)),
      page: os.documents.page.handler(({ input }) => documents.page(input.id, input.page)),
      chunks: os.documents.chunks.handler(({ input }) => documents.chunks(input.id, input)),
      reindex: os.documents.reindex.handler(({ input }) => documents.reindex(input.id)),
    },
    jobs: {
      list: os.jobs.list.handler(({ input }) => jobs.list(input)),
      get: os.jobs.get.handler(({ input }) => jobs.get(input.id)),
      cancel: os.jobs.cancel.handler(({ input }) => jobs.cancel(input.id)),
      retry: os.jobs.retry.handler(({ input }) => jobs.retry(input.id)),
    },
    search: {
      query: os.search.query.handler(({ input }) => search.query(input)),
    },
    chat: {
      ask: os.chat.ask.handler(({ input, signal }) => lastAnswer(chat.ask(input, live(signal)))),
      stream: os.chat.stream.handler(({ input, signal, context }) => watched(chat.ask(input, live(signal)), context)),
    },
    conversations: {
      list: os.conversations.list.handler(({ input }) => conversations.list(input)),
      create: os.conversations.create.handler(({ input }) => conversations.create(input)),
      get: os.conversations.get.handler(({ input }) => conversations.get(input.id)),
      update: os.conversations.update.handler(({ input }) => conversations.update(input)),
      remove: os.conversations.remove.handler(({ input }) => conversations.remove(input.id)),
      messages: os.conversations.messages.handler(({ input }) => conversations.messages(input.id, input)),
    },
  });
}

export type Router = ReturnType<typeof createRouter>;

/** Refuses a caller whose door or scope does not reach the operation. */
function admit({ door, scope }: Caller, operation: Partial<OperationMeta>): void {
  if (operation.door === 'window' && door !== 'window') {
    throw new AppError('FORBIDDEN', 'Only the window of Pressmark may do this, since it names local files; upload them instead.');
  }
  const needed = operation.scope ?? 'admin';
  if (!permits(scope, needed)) throw new AppError('FORBIDDEN', `This needs the scope "${needed}".`, { scope, needed });
}

/** A caller that cannot go away still needs a signal for the services. */
const live = (signal: AbortSignal | undefined): AbortSignal => signal ?? new AbortController().signal;

async function lastAnswer(events: AsyncIterable<ChatEvent>): Promise<ChatAnswer> {
  let answer: ChatAnswer | null = null;
  for await (const event of events) if (event.type === 'done') answer = event.answer;
  if (answer) return answer;
  throw new AppError('UNAVAILABLE', 'The answer was stopped before it was complete.');
}

/** Errors thrown in the middle of a stream never pass the middleware, so they are translated here. */
async function* withContractErrors<T>(stream: AsyncGenerator<T>, log: Log, request_id: string): AsyncGenerator<T, void> {
  try {
    yield* stream;
  } catch (error) {
    throw toContractError(error, log, request_id);
  }
}
