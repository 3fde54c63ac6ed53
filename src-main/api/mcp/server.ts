/** One MCP server per client: the tools, the documents as resources, the prompts, and the words that explain them to a model. */
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Log } from '../../core/ports/runtime';
import type { Caller } from '../context';
import type { Router } from '../router';
import { announceChanges } from './changes';
import { createHandling } from './handling';
import { offerPrompts } from './prompts';
import { offerResources } from './resources';
import { callTool } from './tool-call';
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

/** @param opener who opened the connection; a request over HTTP may narrow it by its own token */
export function createMcpServer({ router, log, version }: McpOptions, opener: Caller): Server {
  const server = new Server({ name: 'pressmark', title: 'Pressmark', version }, { capabilities: CAPABILITIES, instructions: INSTRUCTIONS });
  const handling = createHandling(router, log, opener);
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: LISTED }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) =>
    handling.guarded(extra, (asking) =>
      callTool(params, {
        ...asking,
        log,
        progressToken: params._meta?.progressToken,
        sendProgress: (progress) => extra.sendNotification({ method: 'notifications/progress', params: progress }),
      }),
    ),
  );
  offerPrompts(server, handling);
  const followed = offerResources(server, handling);
  announceChanges(server, { router, log, caller: opener, followed });
  return server;
}
