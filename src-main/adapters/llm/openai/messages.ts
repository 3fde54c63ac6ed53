/** Turns and tools in the words of the OpenAI protocol. */
import type { ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources/chat/completions';
import type { ChatTurn, Tool } from '../../../core/ports/llm';

/** What came of a call is a message of its own there. */
export function messagesOf(turns: readonly ChatTurn[]): ChatCompletionMessageParam[] {
  return turns.flatMap(({ role, content, calls = [] }, turn): ChatCompletionMessageParam[] => {
    if (role !== 'assistant') return [{ role, content }];
    if (calls.length === 0) return [{ role, content }];
    const idOf = (at: number) => `call_${turn}_${at}`;
    const asked = calls.map(({ name, arguments: args }, at) => ({
      id: idOf(at),
      type: 'function' as const,
      function: { name, arguments: JSON.stringify(args) },
    }));
    const results = calls.map(({ result }, at) => ({
      role: 'tool' as const,
      tool_call_id: idOf(at),
      content: typeof result === 'string' ? result : (JSON.stringify(result) ?? ''),
    }));
    return [{ role, content: content === '' ? null : content, tool_calls: asked }, ...results];
  });
}

export const toolsOf = (tools: readonly Tool[]): ChatCompletionTool[] =>
  tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, ...(description ? { description } : {}), parameters: { ...(parameters ?? { type: 'object', properties: {} }) } },
  }));
