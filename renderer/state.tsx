/** What the views share: the backend, what is chosen, and which pressmark is open. */
import { createContext, useContext } from 'react';
import type { Document } from '../src-main/contract/documents';
import type { Backend } from './client';
import type { Uploading, UploadQueue } from './upload-queue';

/** A place to show in the viewer; without a quote just the document. */
export interface Mark {
  document_id: string;
  filename: string;
  page: number | null;
  char_start: number;
  char_end: number;
  quote: string;
}

/** What the middle of the window is for. */
export type View = 'chat' | 'graph' | 'models';

export interface Desk extends Backend {
  projectId: string | null;
  conversationId: string | null;
  mark: Mark | null;
  view: View;
  show(view: View): void;
  chooseProject(id: string | null): void;
  chooseConversation(id: string | null): void;
  open(mark: Mark | null): void;
  addFiles(files: File[]): void;
  /** Asks for the password of a protected document. */
  unlock(document: Document): void;
  /** Asks which folder to follow; `path` is what is known of it. */
  follow(path: string): void;
  uploading: Uploading;
  queue: UploadQueue;
}

const DeskContext = createContext<Desk | null>(null);
export const DeskProvider = DeskContext.Provider;

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('useDesk needs a DeskProvider above it.');
  return desk;
}

/** Passwords that opened a file are kept until the window closes: its pages are drawn from the protected original. */
const passwords = new Map<string, string>();
export const rememberPassword = (documentId: string, password: string) => void passwords.set(documentId, password);
export const passwordOf = (documentId: string): string | null => passwords.get(documentId) ?? null;

/** How browsers name a server that is not there. */
const UNREACHABLE = /failed to fetch|networkerror|load failed/i;

/** The sentence of an error, fit for people. */
export function sentenceOf(error: unknown): string {
  if (error instanceof TypeError && UNREACHABLE.test(error.message)) return 'Pressmark does not answer at the moment.';
  return error instanceof Error && error.message ? error.message : 'Something went wrong inside Pressmark.';
}
