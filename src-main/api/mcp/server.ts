/** One MCP server per client: the tools, the documents as resources, and the words that explain them to a model. */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { type CallToolResult, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { LIMITS } from '../../core/limits';
import type { Log } from '../../core/ports/runtime';
import type { Caller } from '../context';
import { describeError } from '../errors';
import type { Router } from '../router';
import { announceChanges } from './changes';
import { createProgress } from './progress';
import { offerPrompts } from './prompts';
import { offerResources } from './resources';
import type { Tool } from './tool';
import { listedTools } from './tool-list';
import { TOOLS } from './tools';

export interface McpOptions {
  router: Router;
  log: Log;
  version: string;
}

const INSTRUCTIONS = `Pressmark answers from the person's own documents, which are kept and read on this machine. Every passage comes with
its pressmark: filename, page and exact quote. Use search_documents to read passages yourself, ask to have a question answered with
checked sources, read_document for what stands around a passage. Always tell the person the filename and page you rely on; when nothing
is found, say so.`;

const CAPABILITIES = { tools: {}, resources: { listChanged: true, subscribe: true }, prompts: {}, completions: {}, logging: {} };
const LISTED = listedTools(TOOLS);

/** What the SDK hands to each handler, as far as it is used here. */
interface Extra {
  signal: AbortSignal;
  authInfo?: { extra?: Record<string, unknown> } | undefined;
  _meta?: { progressToken?: string | number | undefined } | undefined;
  sendNotification(notification: { method: 'notifications/progress'; params: ProgressParams }): Promise<void>;
}

interface ProgressParams {
  progressToken: string | number;
  progress: number;
  message: string;
}

/** @param opener who opened the connection; a request over HTTP may narrow it by its own token */
export function createMcpServer({ router, log, version }: McpOptions, opener: Caller): McpServer {
  const server = new McpServer(
    { name: 'pressmark', title: 'Pressmark', version },
    { capabilities: CAPABILITIES, instructions: INSTRUCTIONS },
  );
  for (const tool of TOOLS) {
    const { name, title, description, input, output, annotations } = tool;
    server.registerTool(name, { title, description, inputSchema: input, outputSchema: output, annotations }, (given, extra) =>
      runTool(tool, given, extra as Extra, { router, log, opener }),
    );
  }
  server.server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: LISTED }));
  offerPrompts(server, (extra) => ({ router, signal: extra.signal, caller: callerOf(extra as Extra, opener) }));
  const followed = offerResources(server.server, { router, log, caller: (extra) => callerOf(extra, opener) });
  announceChanges(server.server, { router, log, caller: opener, followed });
  return server;
}

/** Over HTTP each request has its own caller; over stdio there is only the opener. */
export function callerOf({ authInfo }: Pick<Extra, 'authInfo'>, opener: Caller): Caller {
  return (authInfo?.extra?.caller as Caller | undefined) ?? opener;
}

async function runTool(
  tool: Tool,
  input: unknown,
  extra: Extra,
  { router, log, opener }: { router: Router; log: Log; opener: Caller },
): Promise<CallToolResult> {
  const caller = callerOf(extra, opener);
  const signal = AbortSignal.any([extra.signal, AbortSignal.timeout(LIMITS.mcpToolMs)]);
  const progress = createProgress(extra._meta?.progressToken, (params) =>
    extra.sendNotification({ method: 'notifications/progress', params }),
  );
  try {
    const { structured, text } = await tool.run(input, { router, caller, signal, progress });
    return { content: [{ type: 'text', text }], structuredContent: structured };
  } catch (error) {
    const { message } = describeError(error, log, caller.request_id);
    return { content: [{ type: 'text', text: message }], isError: true };
  }
}
