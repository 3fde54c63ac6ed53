/** The OpenAI protocol over this installation: its models, its chat, its embeddings. */
import type { Chat } from '../chat/chat';
import type { Turns } from '../chat/turns';
import type { Ports } from '../ports';
import { createCompletions } from './completions';
import { createEmbeddings } from './embeddings';
import { createModels } from './models';

export function createOpenAI(ports: Ports, services: { chat: Chat; turns: Turns }) {
  const models = createModels(ports);
  const { whole, stream } = createCompletions(ports, { ...services, models });
  return { models, complete: whole, stream, embed: createEmbeddings(ports, models) };
}
