/** One call of a tool: its arguments checked, its run followed, its failure told to the model in words. */
import { type CallToolResult, ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import { LIMITS } from '../../core/limits';
import type { Log } from '../../core/ports/runtime';
import { describeError, type Issue, invalid } from '../errors';
import type { Asking } from './handling';
import { createProgress, type Progress } from './progress';
import { ProtocolError } from './protocol-error';
import type { Tool } from './tool';
import { TOOLS } from './tools';

interface Called {
  name: string;
  arguments?: Record<string, unknown> | undefined;
}

interface Calling extends Asking {
  log: Log;
  progressToken: string | number | undefined;
  sendProgress(params: Progress): Promise<void>;
}

/** @throws ProtocolError for a tool that is not there; whatever else goes wrong is a result that the model can read */
export async function callTool({ name, arguments: given = {} }: Called, calling: Calling): Promise<CallToolResult> {
  const tool = TOOLS.find((each) => each.name === name);
  if (!tool) throw new ProtocolError(ErrorCode.InvalidParams, `Unknown tool: "${name}". There are: ${names(TOOLS)}.`);
  const input = tool.input.safeParse(given);
  if (!input.success) return problem(wrongArguments(tool, invalid(input.error.issues).details.issues as Issue[]));
  const { router, log, caller } = calling;
  const signal = AbortSignal.any([calling.signal, AbortSignal.timeout(LIMITS.mcpToolMs)]);
  const progress = createProgress(calling.progressToken, calling.sendProgress);
  try {
    const { structured, text } = await tool.run(input.data, { router, caller, signal, progress });
    return { content: [{ type: 'text', text }], structuredContent: structured };
  } catch (error) {
    return problem(describeError(error, log, caller.request_id).message);
  }
}

const names = (tools: readonly Tool[]): string => tools.map(({ name }) => name).join(', ');

function wrongArguments({ name }: Tool, issues: Issue[]): string {
  const lines = issues.map(({ path, message }) => `- ${path || 'arguments'}: ${message}`);
  return [`These arguments of ${name} are wrong:`, ...lines].join('\n');
}

const problem = (text: string): CallToolResult => ({ content: [{ type: 'text', text }], isError: true });
