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

interface End {
  type: 'end';
  finish: FinishReason;
  calls: OpenAIToolCall[];
  extra: Extra;
  usage: OpenAIUsage;
}

/** Both kinds of answers in common terms. */
type Piece = { type: 'begin' } | { type: 'text'; text: string } | End;

type Delta = CompletionChunk['choices'][number]['delta'];

/** @param caller waits in the line before the model together with others of this name */
export interface Asking {
  signal: AbortSignal;
  caller: string;
}

export class Completions {
  constructor(
    private readonly ports: Ports,
    private readonly services: { models: Models; chat: Chat; turns: Turns },
  ) {}

  async whole(request: CompletionRequest, asking: Asking): Promise<Completion> {
    let content = '';
    for await (const piece of this.pieces(request, asking)) {
      if (piece.type === 'text') content += piece.text;
      if (piece.type !== 'end') continue;
      return {
        ...this.envelopeOf(request),
        object: 'chat.completion',
        choices: [{ index: 0, message: messageOf(content, piece), logprobs: null, finish_reason: piece.finish }],
        usage: piece.usage,
      };
    }
    throw stopped();
  }

  /** The first chunk comes when the answer begins; whatever is wrong with the request has been thrown before. */
  async *stream(request: CompletionRequest, asking: Asking): AsyncGenerator<CompletionChunk> {
    const envelope = { ...this.envelopeOf(request), object: 'chat.completion.chunk' as const };
    const counted = request.stream_options?.include_usage === true;
    const chunk = (delta: Delta, finish_reason: FinishReason | null = null): CompletionChunk => ({
      ...envelope,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      ...(counted ? { usage: null } : {}),
    });
    let begun = false;
    for await (const piece of this.pieces(request, asking)) {
      if (!begun) yield chunk({ role: 'assistant', content: '' });
      begun = true;
      for (const delta of deltasOf(piece)) yield chunk(delta);
      if (piece.type !== 'end') continue;
      yield chunk({}, piece.finish);
      if (counted) yield { ...envelope, choices: [], usage: piece.usage };
      return;
    }
    throw stopped();
  }

  private async *pieces(request: CompletionRequest, asking: Asking): AsyncGenerator<Piece> {
    const named = await this.services.models.find(request.model);
    if (named.kind === 'embedding') throw refused('model', `"${request.model}" makes embeddings and does not chat.`);
    const made = named.kind === 'project' ? this.fromDocuments(request, named.project.id, asking) : this.fromModel(request, asking);
    try {
      yield* made;
    } catch (error) {
      throw asking.signal.aborted ? stopped() : error;
    }
  }

  private async *fromModel(request: CompletionRequest, { signal, caller }: Asking): AsyncGenerator<Piece> {
    const { temperature = TEMPERATURE, top_p, seed, frequency_penalty, presence_penalty, stop } = request;
    const task = {
      caller,
      turns: turnsOf(request.messages),
      form: formOf(request),
      max_tokens: request.max_completion_tokens ?? request.max_tokens,
      sampling: { temperature, top_p, seed, frequency_penalty, presence_penalty, stop: typeof stop === 'string' ? [stop] : stop },
    };
    for await (const event of complete(this.ports, this.services.turns, task, signal)) {
      if (event.type !== 'end') yield event;
      else {
        const calls = event.calls.map((call) => this.callOf(call));
        yield { type: 'end', finish: FINISH[event.reason], calls, extra: {}, usage: usageOf(event) };
      }
    }
  }

  /** The marks are checked against the whole answer, so it comes in one piece. */
  private async *fromDocuments(request: CompletionRequest, project_id: string, asking: Asking): AsyncGenerator<Piece> {
    refuseForProjects(request);
    const { question, history } = conversationOf(request, this.ports.runtime.now());
    for await (const { written } of this.services.chat.answerOnce({ project_id, message: question, mode: 'hybrid' }, history, asking)) {
      if (!written) {
        yield { type: 'begin' };
        continue;
      }
      const { content, citations, answered, usage } = written;
      yield { type: 'text', text: content };
      yield { type: 'end', finish: 'stop', calls: [], extra: { citations, answered }, usage: usageOf(usage) };
    }
  }

  private callOf({ name, arguments: args }: CompletionCall): OpenAIToolCall {
    return { id: `call_${this.newId()}`, type: 'function', function: { name, arguments: args } };
  }

  private envelopeOf({ model }: CompletionRequest) {
    return { id: `chatcmpl-${this.newId()}`, created: Math.floor(this.ports.runtime.now().getTime() / 1000), model };
  }

  private newId(): string {
    return this.ports.runtime.id().replaceAll('-', '');
  }
}

const stopped = () => new AppError('UNAVAILABLE', 'The answer was stopped before it was complete.');

function messageOf(content: string, { calls, extra }: End): CompletionMessage {
  const none = calls.length > 0 && content === '';
  return { role: 'assistant', content: none ? null : content, refusal: null, ...(calls.length > 0 ? { tool_calls: calls } : {}), ...extra };
}

function deltasOf(piece: Piece): Delta[] {
  if (piece.type === 'text') return [{ content: piece.text }];
  if (piece.type === 'begin') return [];
  const calls = piece.calls.map((call, index) => ({ ...call, index }));
  return [...(calls.length > 0 ? [{ tool_calls: calls }] : []), ...(piece.extra.citations ? [piece.extra] : [])];
}

const FINISH: Record<CompletionEnd['reason'], FinishReason> = { stop: 'stop', length: 'length', calls: 'tool_calls' };

const usageOf = ({ prompt_tokens, completion_tokens, cached_tokens }: Usage & { cached_tokens?: number }): OpenAIUsage => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
  ...(cached_tokens === undefined ? {} : { prompt_tokens_details: { cached_tokens } }),
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
    const empty = {
      id: '',
      parent_id: null,
      citations: [],
      sentences: [],
      answered: true,
      model: null,
      stopped: false,
      created_at: now.toISOString(),
    };
    return message.content ? [{ ...empty, role: message.role, content: message.content }] : [];
  });
  return { question, history: history.slice(-HISTORY) };
}
