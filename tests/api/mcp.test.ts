/** MCP over Streamable HTTP, with the official client against a running server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatAnswer } from '../../src-main/contract/chat';
import type { SearchResult } from '../../src-main/contract/search';
import { type Library, openLibrary } from './library';
import { type Connected, connect, textOf } from './mcp-client';

let library: Library;
let mcp: Connected;
const QUOTING = { PRESSMARK_CHAT_MODEL: 'none' };

beforeAll(async () => {
  library = await openLibrary(QUOTING);
  mcp = await connect(library.server.ready);
});

afterAll(async () => {
  await mcp?.client.close();
  await library?.close();
});

describe('tools', () => {
  it('are listed with descriptions, both schemas and annotations', async () => {
    const { tools } = await mcp.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['search_documents', 'ask', 'read_document', 'list_projects']));
    for (const { description, inputSchema, outputSchema, annotations } of tools) {
      expect(description?.length).toBeGreaterThan(80);
      expect(inputSchema.type).toBe('object');
      expect(outputSchema?.type).toBe('object');
      expect(annotations).toMatchObject({ destructiveHint: false, openWorldHint: false });
    }
  });

  it('list_projects names the projects', async () => {
    const result = await mcp.client.callTool({ name: 'list_projects', arguments: {} });
    expect(result.structuredContent).toMatchObject({ items: [{ id: library.project_id, name: 'Doors', documents: 2 }], next_cursor: null });
    expect(textOf(result)).toContain('"Doors": 2 documents');
  });

  it('search_documents finds passages with their pressmarks, without naming the only project', async () => {
    const result = await mcp.client.callTool({ name: 'search_documents', arguments: { query: 'season ticket price' } });
    const { items } = result.structuredContent as unknown as SearchResult;
    expect(items[0]?.pressmark).toMatchObject({ filename: 'garden.md', document_id: library.garden.id });
    expect(items[0]?.text).toContain('25 euros');
    expect(textOf(result)).toContain('garden.md');
  });

  it('ask answers with checked citations', async () => {
    const result = await mcp.client.callTool({ name: 'ask', arguments: { message: 'Who built the iron bridge?', project: 'doors' } });
    const { message } = result.structuredContent as unknown as ChatAnswer;
    expect(message.answered).toBe(true);
    expect(message.citations[0]).toMatchObject({ filename: 'bridge.md', supported: true });
    expect(textOf(result)).toMatch(/Ferrant[\s\S]*Sources:[\s\S]*\[1\] bridge\.md/);
  });

  it('read_document returns the text in parts that join to the whole', async () => {
    let text = '';
    let from_char: number | null = 0;
    while (from_char !== null) {
      const args = { filename: 'bridge.md', max_chars: 70, from_char };
      const { structuredContent } = await mcp.client.callTool({ name: 'read_document', arguments: args });
      const part = structuredContent as unknown as { text: string; next_from_char: number | null };
      text += part.text;
      from_char = part.next_from_char;
    }
    expect(text).toBe(library.bridge.content);
  });
});
