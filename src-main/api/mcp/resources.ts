/** Documents as MCP resources: listed page by page over all projects, read as text, followed for changes. */
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CompleteRequestSchema,
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { completions } from './completions';
import type { Handling } from './handling';
import { ProtocolError } from './protocol-error';
import { listDocuments } from './resource-list';
import { readResource, TEMPLATES } from './resource-text';

const MOST_SUBSCRIPTIONS = 1_000;

/** @returns the URIs that the client follows, for whoever watches the changes */
export function offerResources(server: Server, { guarded }: Handling): Set<string> {
  const followed = new Set<string>();
  server.setRequestHandler(ListResourcesRequestSchema, ({ params }, extra) =>
    guarded(extra, (asking) => listDocuments(params?.cursor, asking)),
  );
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: TEMPLATES }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }, extra) =>
    guarded(extra, async (asking) => ({ contents: [await readResource(params.uri, asking)] })),
  );
  server.setRequestHandler(SubscribeRequestSchema, ({ params }, extra) =>
    guarded(extra, async (asking) => {
      if (followed.size >= MOST_SUBSCRIPTIONS)
        throw new ProtocolError(ErrorCode.InvalidRequest, `At most ${MOST_SUBSCRIPTIONS} subscriptions.`);
      await readResource(params.uri, asking);
      followed.add(params.uri);
      return {};
    }),
  );
  server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) => {
    followed.delete(params.uri);
    return {};
  });
  server.setRequestHandler(CompleteRequestSchema, ({ params }, extra) =>
    guarded(extra, async (asking) => ({ completion: await completions(params, asking) })),
  );
  return followed;
}
