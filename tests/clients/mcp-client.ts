/** The official MCP client, connected to a test server over Streamable HTTP. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Ready } from '../../src-main/app/ready';

export interface Connected {
  client: Client;
  transport: StreamableHTTPClientTransport;
}

export async function connect({ url, token }: Pick<Ready, 'url' | 'token'>): Promise<Connected> {
  const client = new Client({ name: 'pressmark-test', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', url), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  await client.connect(transport as Transport);
  return { client, transport };
}

export const textOf = (result: unknown): string => {
  const { content } = result as { content: { type: string; text: string }[] };
  return content.map(({ text }) => text).join('\n');
};
