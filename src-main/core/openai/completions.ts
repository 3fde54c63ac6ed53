/** Chat completions of the OpenAI protocol: by the chat model alone, or from the documents of a project; whole or as it grows. */
import type { Message } from '../../contract/chat';
import type {
  Completion,
  CompletionChunk,
  CompletionMessage,
  CompletionRequest,
  FinishReason,
  OpenAIToolCall,
  OpenAIUsage,
} from '../../contract/openai';
import type { Chat } from '../chat/chat';
import { type CompletionCall, type CompletionEnd, complete } from '../chat/complete';
import type { Turns } from '../chat/turns';
import type { Usage } from '../chat/write';
import { AppError } from '../errors';
import type { Ports } from '../ports';
import type { Models } from './models';
import { formOf, refused, refuseForProjects, turnsOf } from './requests';

/** What OpenAI's temperature of 1 is to large models, this is to small ones. */
const TEMPERATURE = 0.7;

type Extra = Pick<CompletionMessage, 'citations' | 'answered'>;

/** Both kinds of answers in common terms; the last piece is the end. */
type Piece =
  | { type: 'begin' }
  | { type: 'text'; text: string }
  | { type: 'end'; finish: FinishReason; calls: OpenAIToolCall[]; extra: Extra; usage: OpenAIUsage };

type Delta = CompletionChunk['choices'][number]['delta'];

export function createCompletions(ports: Ports, { models, chat, turns }: { models: Models; chat: Chat; turns: Turns }) {
  const { runtime } = ports;
  const newId = () => runtime.id().replaceAll('-', '');

  async function* pieces(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<Piece> {
    const named = await models.find(request.model);
    if (named.kind === 'embedding') throw refused('model', `"${request.model}" makes embeddings and does not chat.`);
    if (named.kind === 'project') yield* fromDocuments(request, named.project.id, signal);
    else yield* fromModel(request, signal);
  }

  async function* fromModel(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<Piece> {
    const { temperature = TEMPERATURE, top_p, seed, frequency_penalty, presence_penalty, stop } = request;
    const task = {
      turns: turnsOf(request.messages),
      form: formOf(request),
      max_tokens: request.max_completion_tokens ?? request.max_tokens,
      sampling: { temperature, top_p, seed, frequency_penalty, presence_penalty, stop: typeof stop === 'string' ? [stop] : stop },
    };
    for await (const event of complete(ports, turns, task, signal)) {
      if (event.type !== 'end') yield event;
      else yield { type: 'end', finish: FINISH[event.reason], calls: event.calls.map(callOf), extra: {}, usage: usageOf(event) };
    }
  }

  const callOf = ({ name, arguments: args }: CompletionCall): OpenAIToolCall => ({
    id: `call_${newId()}`,
    type: 'function',
    function: { name, arguments: args },
  });

  /** The marks are checked against the whole answer, so it comes in one piece. */
  async function* fromDocuments(request: CompletionRequest, project_id: string, signal: AbortSignal): AsyncGenerator<Piece> {
    refuseForProjects(request);
    const { question, history } = conversationOf(request, runtime.now());
    for await (const { written } of chat.answerOnce({ project_id, message: question, mode: 'hybrid' }, history, signal)) {
      if (!written) {
        yield { type: 'begin' };
        continue;
      }
      const { content, citations, answered, usage } = written;
      yield { type: 'text', text: content };
      yield { type: 'end', finish: 'stop', calls: [], extra: { citations, answered }, usage: usageOf(usage) };
    }
  }

  const envelopeOf = ({ model }: CompletionRequest) => ({
    id: `chatcmpl-${newId()}`,
    created: Math.floor(runtime.now().getTime() / 1000),
    model,
  });

  return {
    async whole(request: CompletionRequest, signal: AbortSignal): Promise<Completion> {
      let content = '';
      for await (const piece of pieces(request, signal)) {
        if (piece.type === 'text') content += piece.text;
        if (piece.type !== 'end') continue;
        const { finish, calls, extra, usage } = piece;
        const called = calls.length > 0 ? { tool_calls: calls } : {};
        const message = {
          role: 'assistant' as const,
          content: calls.length > 0 && content === '' ? null : content,
          refusal: null,
          ...called,
          ...extra,
        };
        return {
          ...envelopeOf(request),
          object: 'chat.completion',
          choices: [{ index: 0, message, logprobs: null, finish_reason: finish }],
          usage,
        };
      }
      throw new AppError('UNAVAILABLE', 'The answer was stopped before it was complete.');
    },

    /** The first chunk comes when the answer begins; whatever is wrong with the request has been thrown before. */
    async *stream(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<CompletionChunk> {
      const envelope = { ...envelopeOf(request), object: 'chat.completion.chunk' as const };
      const counted = request.stream_options?.include_usage === true;
      const chunk = (delta: Delta, finish_reason: FinishReason | null = null): CompletionChunk => ({
        ...envelope,
        choices: [{ index: 0, delta, logprobs: null, finish_reason }],
        ...(counted ? { usage: null } : {}),
      });
      let begun = false;
      for await (const piece of pieces(request, signal)) {
        if (!begun) yield chunk({ role: 'assistant', content: '' });
        begun = true;
        if (piece.type === 'text') yield chunk({ content: piece.text });
        if (piece.type !== 'end') continue;
        if (piece.calls.length > 0) yield chunk({ tool_calls: piece.calls.map((call, index) => ({ ...call, index })) });
        if (piece.extra.citations) yield chunk(piece.extra);
        yield chunk({}, piece.finish);
        if (counted) yield { ...envelope, choices: [], usage: piece.usage };
        return;
      }
      if (!signal.aborted) throw new AppError('UNAVAILABLE', 'The answer was stopped before it was complete.');
    },
  };
}

const FINISH: Record<CompletionEnd['reason'], FinishReason> = { stop: 'stop', length: 'length', calls: 'tool_calls' };

const usageOf = ({ prompt_tokens, completion_tokens }: Usage): OpenAIUsage => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
});

const QUESTION_CHARACTERS = 8_000;
/** Messages before the question that follow-up questions may refer to. */
const HISTORY = 6;

/** The last message is the question; what users and assistant said before is the conversation. */
function conversationOf({ messages }: CompletionRequest, now: Date): { question: string; history: Message[] } {
  const last = messages.at(-1);
  const param = `messages[${messages.length - 1}]`;
  if (last?.role !== 'user') throw refused(param, `${param}: the last message must be the question, with the role "user".`);
  const question = last.content.trim();
  if (question === '' || question.length > QUESTION_CHARACTERS)
    throw refused(`${param}.content`, `${param}.content: a question has 1 to ${QUESTION_CHARACTERS} characters.`);
  const history = messages.slice(0, -1).flatMap((message): Message[] => {
    if (message.role !== 'user' && message.role !== 'assistant') return [];
    const empty = { id: '', citations: [], sentences: [], answered: true, model: null, stopped: false, created_at: now.toISOString() };
    return message.content ? [{ ...empty, role: message.role, content: message.content }] : [];
  });
  return { question, history: history.slice(-HISTORY) };
}
