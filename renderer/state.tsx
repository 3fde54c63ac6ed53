/** What the views share: the backend, what is chosen, and which pressmark is open. */
import { createContext, useContext } from 'react';
import type { Backend } from './client';

/** A place to show in the viewer; without a quote just the document. */
export interface Mark {
  document_id: string;
  filename: string;
  page: number | null;
  char_start: number;
  char_end: number;
  quote: string;
}

export interface Desk extends Backend {
  projectId: string | null;
  conversationId: string | null;
  mark: Mark | null;
  chooseProject(id: string | null): void;
  chooseConversation(id: string | null): void;
  open(mark: Mark | null): void;
  addFiles(files: File[]): void;
  uploading: number | null;
}

const DeskContext = createContext<Desk | null>(null);
export const DeskProvider = DeskContext.Provider;

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('useDesk needs a DeskProvider above it.');
  return desk;
}

/** The sentence of an error, fit for people. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error && error.message ? error.message : 'Something went wrong inside Pressmark.';
}
