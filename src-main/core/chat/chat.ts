/** Chat: a question is kept, answered from the documents with checked pressmarks, streamed, and the answer kept. */
import type { Again, ChatAnswer, ChatEvent, ChatQuestion, Message } from '../../contract/chat';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { Search } from '../search/search';
import { MARKS } from './cite';
import type { Conversations } from './conversations';
import { createFind, type Find } from './find';
import { createPromptMemory } from './prompt-memory';
import type { Turns } from './turns';
import { NO_USAGE, type Task, type Written, writeAnswer } from './write';

const HISTORY = 6;

const EMPTY: Written = { content: '', citations: [], sentences: [], answered: false, model: null, usage: NO_USAGE };

/** One answer in the making. */
interface Draft {
  /** Who asks, for the line before the model. */
  caller: string;
  conversation_id: string;
  message_id: string;
  /** Of the question. */
  parent_id: string;
  text: string;
  written: Written | null;
  kept: boolean;
}

export class Chat {
  private readonly find: Find;
  private readonly prompts = createPromptMemory();

  constructor(
    private readonly ports: Ports,
    private readonly services: { search: Search; conversations: Conversations; turns: Turns },
  ) {
    this.find = createFind(ports, services.search);
  }

  /**
   * Streams `start`, `status`, `token`, `citation` and at last `done`. The question is kept before anything else; whatever was
   * written is kept also when the signal stops it, when LIMITS.answerMs have passed, or when nobody listens any more.
   * The tokens are what the model writes; `done` has the checked text, which differs by its marks.
   */
  async *ask(question: ChatQuestion, signal: AbortSignal): AsyncGenerator<ChatEvent> {
    const { conversations } = this.services;
    const { id } = await conversations.forQuestion(question.project_id, question.conversation_id, question.message);
    const history = await this.ports.records.conversations.recent(id, HISTORY);
    const asked = await this.keepQuestion(id, question.message, history.at(-1)?.id ?? null);
    yield* this.reply(id, asked.id, question, history, signal);
  }

  /** Answers a question of a conversation once more, or one put otherwise in its place; streams as {@link ask}. What was there stays, as a branch. */
  async *regenerate({ id, message_id, message, mode }: Again, signal: AbortSignal): AsyncGenerator<ChatEvent> {
    const { project_id } = await this.services.conversations.get(id);
    let asked = await this.services.conversations.questionOf(id, message_id);
    const { parent_id } = asked;
    const history = parent_id === null ? [] : await this.ports.records.conversations.recent(id, HISTORY, parent_id);
    if (message !== undefined) asked = await this.keepQuestion(id, message, parent_id);
    yield* this.reply(id, asked.id, { project_id, message: asked.content, mode }, history, signal);
  }

  private async *reply(
    conversation_id: string,
    parent_id: string,
    question: ChatQuestion,
    history: Message[],
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent> {
    const draft: Draft = {
      caller: conversation_id,
      conversation_id,
      message_id: this.ports.runtime.id(),
      parent_id,
      text: '',
      written: null,
      kept: false,
    };
    yield { type: 'start', conversation_id, message_id: draft.message_id };
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMITS.answerMs)]);
    try {
      yield* this.answer(question, history, draft, limit);
      const answer = await this.finish(draft, limit.aborted);
      for (const citation of answer.message.citations) yield { type: 'citation', citation };
      yield { type: 'done', answer };
    } finally {
      if (!draft.kept && draft.text !== '') await this.finish(draft, true);
    }
  }

  /**
   * An answer that belongs to no conversation and is not kept: yields as soon as there is something to write, and at last all of it.
   * Null when the signal stopped it first.
   */
  async *answerOnce(
    question: ChatQuestion,
    history: Message[],
    { signal, caller }: { signal: AbortSignal; caller: string },
  ): AsyncGenerator<{ written: Written | null }> {
    const draft: Draft = { caller, conversation_id: '', message_id: '', parent_id: '', text: '', written: null, kept: true };
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMITS.answerMs)]);
    for await (const event of this.answer(question, history, draft, limit)) {
      if (event.type === 'status' && event.status === 'writing') yield { written: null };
    }
    if (draft.written) yield { written: draft.written };
  }

  private async *answer(question: ChatQuestion, history: Message[], draft: Draft, signal: AbortSignal): AsyncGenerator<ChatEvent> {
    try {
      yield { type: 'status', status: 'searching' };
      const findings = await this.find(question, history, signal);
      yield { type: 'status', status: findings.relevant.length > 0 ? 'reading' : 'checking' };
      const { project_id, message } = question;
      yield* this.write({ project_id, caller: draft.caller, question: message, history, findings, signal }, draft);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  private async *write(task: Task, draft: Draft): AsyncGenerator<ChatEvent> {
    const writing = writeAnswer(this.ports, { turns: this.services.turns, prompts: this.prompts }, task);
    for (;;) {
      const { value, done } = await writing.next();
      if (done) {
        draft.written = value;
        return;
      }
      if (draft.text === '') yield { type: 'status', status: 'writing' };
      draft.text += value;
      yield { type: 'token', text: value };
    }
  }

  private async finish(draft: Draft, stopped: boolean): Promise<ChatAnswer> {
    draft.kept = true;
    const { content, usage: _unkept, ...rest } = draft.written ?? { ...EMPTY, content: draft.text.replace(MARKS, '') };
    const created_at = this.ports.runtime.now().toISOString();
    const message: Message = { id: draft.message_id, parent_id: draft.parent_id, role: 'assistant', content, ...rest, stopped, created_at };
    await this.keep(draft.conversation_id, message);
    return { conversation_id: draft.conversation_id, message };
  }

  private keep(conversation_id: string, message: Message): Promise<void> {
    return this.ports.records.conversations.append(conversation_id, [message]);
  }

  private async keepQuestion(conversation_id: string, content: string, parent_id: string | null): Promise<Message> {
    const { runtime } = this.ports;
    const created_at = runtime.now().toISOString();
    const { usage: _none, ...empty } = EMPTY;
    const message: Message = { ...empty, id: runtime.id(), parent_id, role: 'user', content, answered: true, stopped: false, created_at };
    await this.keep(conversation_id, message);
    return message;
  }
}
