/** Documents as MCP resources: listed page by page over all projects, read as text, followed for changes. */
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CompleteRequestSchema,
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { Log } from '../../core/ports/runtime';
import type { Caller } from '../context';
import { describeError } from '../errors';
import type { Router } from '../router';
import { completions } from './completions';
import { listDocuments } from './resource-list';
import { readResource, TEMPLATES } from './resource-text';

const MOST_SUBSCRIPTIONS = 1_000;
/** The protocol's code for a resource that is not there. */
const RESOURCE_NOT_FOUND = -32002;

interface Extra {
  signal: AbortSignal;
}

interface ResourceOptions {
  router: Router;
  log: Log;
  caller(extra: object): Caller;
}

/** @returns the URIs that the client follows, for whoever watches the changes */
export function offerResources(server: Server, { router, log, caller }: ResourceOptions): Set<string> {
  const followed = new Set<string>();
  const asking = (extra: Extra) => ({ router, caller: caller(extra), signal: extra.signal });
  const guarded = async <T>(extra: Extra, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw protocolError(error, log, caller(extra).request_id);
    }
  };
  server.setRequestHandler(ListResourcesRequestSchema, ({ params }, extra) =>
    guarded(extra, () => listDocuments(params?.cursor, asking(extra))),
  );
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: TEMPLATES }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }, extra) =>
    guarded(extra, async () => ({ contents: [await readResource(params.uri, asking(extra))] })),
  );
  server.setRequestHandler(SubscribeRequestSchema, ({ params }, extra) =>
    guarded(extra, async () => {
      if (followed.size >= MOST_SUBSCRIPTIONS) throw new McpError(ErrorCode.InvalidRequest, `At most ${MOST_SUBSCRIPTIONS} subscriptions.`);
      await readResource(params.uri, asking(extra));
      followed.add(params.uri);
      return {};
    }),
  );
  server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) => {
    followed.delete(params.uri);
    return {};
  });
  server.setRequestHandler(CompleteRequestSchema, ({ params }, extra) =>
    guarded(extra, async () => ({ completion: await completions(params, asking(extra)) })),
  );
  return followed;
}

function protocolError(error: unknown, log: Log, request_id: string): McpError {
  if (error instanceof McpError) return error;
  const { code, status, message, details } = describeError(error, log, request_id);
  if (code === 'NOT_FOUND') return new McpError(RESOURCE_NOT_FOUND, message, details);
  return new McpError(status < 500 ? ErrorCode.InvalidParams : ErrorCode.InternalError, message, details);
}
