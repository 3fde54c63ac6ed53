/** The models of an external engine beside those of this machine. */
import type { ChatModel, EmbeddingModel, ExternalPlace } from '../../../core/ports/llm';
import type { StoredModel } from '../../../core/ports/model-store';
import { createExternalChat } from './chat-model';
import { hostOf } from './client';
import { createExternalEmbedding } from './embedding-model';

const IDS = { chat: 'external-chat', embedding: 'external-embedding' } as const;

export interface ExternalModels {
  list: StoredModel[];
  chat: ChatModel | null;
  embedding: EmbeddingModel | null;
}

export const NO_EXTERNAL: ExternalModels = { list: [], chat: null, embedding: null };

export function externalModels(place: ExternalPlace | null): ExternalModels {
  if (!place) return NO_EXTERNAL;
  const { chat_model, embedding_model } = place;
  const list = [
    ...(chat_model === null ? [] : [stored('chat', chat_model, place)]),
    ...(embedding_model === null ? [] : [stored('embedding', embedding_model, place)]),
  ];
  return {
    list,
    chat: chat_model === null ? null : createExternalChat(IDS.chat, { ...place, chat_model }),
    embedding: embedding_model === null ? null : createExternalEmbedding(IDS.embedding, { ...place, embedding_model }),
  };
}

function stored(kind: 'chat' | 'embedding', name: string, place: ExternalPlace): StoredModel {
  const host = hostOf(place);
  return {
    id: IDS[kind],
    name: `${name} (${host})`,
    kind,
    origin: 'external',
    engine: 'openai',
    size_bytes: 0,
    licence: null,
    context_tokens: null,
    languages: [],
    purpose: `Runs at ${host}: ${kind === 'chat' ? 'questions and passages' : 'all texts and questions'} are sent there.`,
    installed: true,
    paths: [],
    version: '',
    embedding: null,
    sends_text_to: host,
  };
}
