/** Routes of questions and answers: chat, conversations. */
import type { ChatAnswer, ChatEvent } from '../../contract/chat';
import { AppError } from '../../core/errors';
import type { Log } from '../../core/ports/runtime';
import type { Services } from '../../core/services';
import { expected, live, type Operations, withContractErrors } from '../operations';

export const chatRoutes = (os: Operations['chat'], { chat }: Services, log: Log) => ({
  ask: os.ask.handler(({ input, signal }) => lastAnswer(chat.ask(input, live(signal)))),
  stream: os.stream.handler(({ input, signal, context }) => withContractErrors(chat.ask(input, live(signal)), log, context)),
});

export const conversationRoutes = (os: Operations['conversations'], { conversations, chat }: Services, log: Log) => ({
  list: os.list.handler(({ input }) => conversations.list(input)),
  create: os.create.handler(({ input }) => conversations.create(input)),
  get: os.get.handler(({ input }) => conversations.get(input.id)),
  update: os.update.handler(({ input, context }) => conversations.update(input, expected(input.version, context))),
  remove: os.remove.handler(({ input }) => conversations.remove(input.id)),
  messages: os.messages.handler(({ input }) => conversations.messages(input.id, input)),
  regenerate: os.regenerate.handler(({ input, signal }) => lastAnswer(chat.regenerate(input, live(signal)))),
  regenerate_stream: os.regenerate_stream.handler(({ input, signal, context }) =>
    withContractErrors(chat.regenerate(input, live(signal)), log, context),
  ),
});

async function lastAnswer(events: AsyncIterable<ChatEvent>): Promise<ChatAnswer> {
  let answer: ChatAnswer | null = null;
  for await (const event of events) if (event.type === 'done') answer = event.answer;
  if (answer) return answer;
  throw new AppError('UNAVAILABLE', 'The answer was stopped before it was complete.');
}
