/** Chat requests of the OpenAI protocol in the core's words. */
import type { CompletionRequest, OpenAIMessage } from '../../contract/openai';
import type { Form } from '../chat/complete';
import { narrowSchema } from '../chat/schema';
import { AppError } from '../errors';
import type { ChatTurn, Tool } from '../ports/llm';

export const refused = (param: string, message: string) => new AppError('BAD_REQUEST', message, { param });

/** The messages as turns; what tools answered stands with the call that asked for it. */
export function turnsOf(messages: OpenAIMessage[]): ChatTurn[] {
  const turns: ChatTurn[] = [];
  const asked = new Map<string, NonNullable<ChatTurn['calls']>[number]>();
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') {
      const call = asked.get(message.tool_call_id);
      const param = `messages[${index}].tool_call_id`;
      if (!call) throw refused(param, `${param}: no assistant message before it has a tool call with the id "${message.tool_call_id}".`);
      call.result = parsed(message.content);
      continue;
    }
    if (message.role !== 'assistant') {
      turns.push({ role: message.role === 'user' ? 'user' : 'system', content: message.content });
      continue;
    }
    const calls = (message.tool_calls ?? []).map((call) => {
      const made = { name: call.function.name, arguments: parsed(call.function.arguments), result: undefined };
      asked.set(call.id, made);
      return made;
    });
    turns.push({ role: 'assistant', content: message.content ?? '', ...(calls.length > 0 ? { calls } : {}) });
  }
  return turns;
}

/** JSON where it is JSON, else the text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What the answer must be: tools go before the response format, as the protocol has it for calls. */
export function formOf({ tools, tool_choice: choice, parallel_tool_calls, response_format }: CompletionRequest): Form {
  const mustCall = isForced(choice);
  const all = (tools ?? []).map((tool, index) => toolOf(tool, index, mustCall));
  const { offered, tool_choice } = allowed(all, choice);
  if (tool_choice !== undefined && tool_choice !== 'none' && tool_choice !== 'auto') {
    const wanted = tool_choice === 'required' ? offered : offered.filter(({ name }) => name === tool_choice.function.name);
    if (wanted.length > 0) return { kind: 'one_call', tools: wanted };
    throw refused(
      'tool_choice',
      tool_choice === 'required' ? 'tool_choice "required" needs tools.' : `There is no tool "${tool_choice.function.name}".`,
    );
  }
  if (response_format?.type === 'json_schema') {
    const { schema, strict } = response_format.json_schema;
    return { kind: 'json', schema: narrowSchema(schema, 'response_format.json_schema.schema', { strict: strict ?? false, bounds: true }) };
  }
  if (response_format?.type === 'json_object') return { kind: 'json', schema: null };
  if (offered.length > 0 && tool_choice !== 'none') return { kind: 'calls', tools: offered, single: parallel_tool_calls === false };
  return { kind: 'text' };
}

/** A call that must come is written by a grammar of its own, which knows more rules. */
function isForced(choice: CompletionRequest['tool_choice']): boolean {
  if (typeof choice !== 'object') return choice === 'required';
  return choice.type === 'function' || choice.allowed_tools.mode === 'required';
}

/** `allowed_tools` is a choice among fewer tools. */
function allowed(offered: Tool[], choice: CompletionRequest['tool_choice']) {
  if (typeof choice !== 'object' || choice.type === 'function') return { offered, tool_choice: choice };
  const { mode, tools } = choice.allowed_tools;
  const names = tools.map((each) => each.function.name);
  const missing = names.find((name) => !offered.some((tool) => tool.name === name));
  if (missing !== undefined) throw refused('tool_choice', `There is no tool "${missing}".`);
  return { offered: offered.filter(({ name }) => names.includes(name)), tool_choice: mode };
}

function toolOf(
  { function: { name, description, parameters, strict } }: NonNullable<CompletionRequest['tools']>[number],
  index: number,
  bounds: boolean,
): Tool {
  const path = `tools.${index}.function.parameters`;
  const narrow =
    parameters === undefined ? null : narrowSchema({ type: 'object', ...parameters }, path, { strict: strict ?? false, bounds });
  return { name, description, parameters: narrow };
}

/** What only makes sense with a chat model that writes freely. */
export function refuseForProjects({ response_format, tool_choice }: CompletionRequest): void {
  if (response_format && response_format.type !== 'text')
    throw refused('response_format', 'Answers from documents are text with citations; leave response_format out.');
  const mode = typeof tool_choice === 'object' && tool_choice.type === 'allowed_tools' ? tool_choice.allowed_tools.mode : tool_choice;
  if (mode !== undefined && mode !== 'none' && mode !== 'auto') throw refused('tool_choice', 'Answers from documents call no tools.');
}
