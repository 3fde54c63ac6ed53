/** The OpenAI protocol over this installation: its models, its chat, its embeddings. */
import type { Chat } from '../chat/chat';
import type { Turns } from '../chat/turns';
import type { Ports } from '../ports';
import { Completions } from './completions';
import { createEmbeddings } from './embeddings';
import { createModels } from './models';

export function createOpenAI(ports: Ports, services: { chat: Chat; turns: Turns }) {
  const models = createModels(ports);
  const completions = new Completions(ports, { ...services, models });
  return { models, completions, embed: createEmbeddings(ports, models) };
}
