/** The archive of a project: `project.json`, `documents.jsonl`, `conversations.jsonl` and `originals/`. docs/api.md describes it to others. */
import { z } from 'zod';
import { checkedSentence, citation } from '../../contract/chat';
import { documentState, failure } from '../../contract/documents';

export const FORMAT = 'pressmark-project';
/** Only what comes later can be unknown to this program. */
export const FORMAT_VERSION = 1;

export const PROJECT = 'project.json';
export const DOCUMENTS = 'documents.jsonl';
export const CONVERSATIONS = 'conversations.jsonl';

const ORIGINAL = /^originals\/([0-9a-f]{64})-[^/\\]{1,255}$/;
const UNSAFE_IN_NAMES = /[\\/:*?"<>|\p{Cc}]/gu;
const NAME_LENGTH = 100;

/** With the end of the name, which holds its extension. */
export function originalName(sha256: string, filename: string): string {
  const safe = Array.from(filename.replace(UNSAFE_IN_NAMES, '_')).slice(-NAME_LENGTH).join('');
  return `originals/${sha256}-${safe}`;
}

/** Null when no original can have this name. */
export const hashInName = (name: string): string | null => ORIGINAL.exec(name)?.[1] ?? null;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0);
const moment = z.iso.datetime();

export const projectFile = z.object({
  format: z.literal(FORMAT),
  format_version: count,
  /** Of the Pressmark that wrote it. */
  version: z.string().max(100),
  exported_at: moment,
  project: z.object({ name: z.string().trim().min(1).max(200), settings: z.record(z.string(), z.unknown()), created_at: moment }),
  counts: z.object({ documents: count, originals: count, conversations: count, messages: count }),
  /** All other members. */
  members: z.array(z.object({ name: z.string().max(500), size_bytes: count, sha256 })),
});
export type ProjectFile = z.output<typeof projectFile>;

export const documentLine = z.object({
  sha256,
  /** Name of the member with the original. */
  original: z.string().max(500),
  filename: z.string().min(1).max(1000),
  mime_type: z.string().max(200),
  size_bytes: count,
  state: documentState,
  pages: count.nullable(),
  chunks: count,
  error: failure.nullable(),
  metadata: z.record(z.string(), z.unknown()),
  created_at: moment,
  updated_at: moment,
});
export type DocumentLine = z.output<typeof documentLine>;

/** A citation names its document by its hash; null when that was deleted, or is of no document of the archive. */
export const citationLine = citation.extend({ sha256: sha256.nullable() });

export const messageLine = z.object({
  id: z.string().min(1).max(64),
  parent_id: z.string().min(1).max(64).nullable(),
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  citations: z.array(citationLine),
  sentences: z.array(checkedSentence),
  answered: z.boolean(),
  stopped: z.boolean(),
  model: z.string().max(500).nullable(),
  created_at: moment,
});
export type MessageLine = z.output<typeof messageLine>;

export const conversationLine = z.object({
  title: z.string().min(1).max(1000),
  created_at: moment,
  updated_at: moment,
  messages: z.array(messageLine),
});
export type ConversationLine = z.output<typeof conversationLine>;
