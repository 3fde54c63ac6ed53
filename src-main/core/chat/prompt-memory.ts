/**
 * What the model was given in the last turns of recent conversations. The next question is put after exactly that, so that the engine
 * reads only what is new: the answer's end, a few more passages, the question.
 */
import type { Message } from '../../contract/chat';
import type { Prompt } from './prompt';

/** Conversations; the engine itself keeps fewer. */
const KEPT = 32;

export interface PromptMemory {
  /** What came before this question; null when that is not known any more, or was told otherwise. */
  recall(project_id: string, history: Message[]): Prompt | null;
  /** @param prompt with the model's own last words */
  remember(project_id: string, said: { question: string; answer: string }, prompt: Prompt): void;
}

/** A turn is known by its words, not by an id: clients that keep the conversation themselves have no ids. */
const keyOf = (...parts: string[]) => JSON.stringify(parts);

export function createPromptMemory(): PromptMemory {
  const kept = new Map<string, Prompt>();
  return {
    recall(project_id, history) {
      const [question, answer] = history.slice(-2);
      if (question?.role !== 'user' || answer?.role !== 'assistant') return null;
      return kept.get(keyOf(project_id, question.content, answer.content)) ?? null;
    },
    remember(project_id, { question, answer }, prompt) {
      const key = keyOf(project_id, question, answer);
      kept.delete(key);
      kept.set(key, prompt);
      const [oldest] = kept.keys();
      if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    },
  };
}
