/** MCP over Streamable HTTP, with the official client against a running server: what it offers, and how it says no. */
import {
  type CompleteRequest,
  type Progress,
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ChatAnswer, Message } from '../../src-main/contract/chat';
import type { Neighbourhood } from '../../src-main/contract/graph';
import type { SearchResult } from '../../src-main/contract/search';
import type { Page } from '../../src-main/contract/shared';
import { type Library, openLibrary, uploadTexts } from '../api/library';
import { type Connected, connect, textOf } from './mcp-client';

let library: Library;
let mcp: Connected;
const ABSENT = '00000000-0000-7000-8000-000000000000';
const QUOTING = { PRESSMARK_CHAT_MODEL: 'none' };

beforeAll(async () => {
  library = await openLibrary(QUOTING);
  mcp = await connect(library.server.ready);
});

afterAll(async () => {
  await mcp?.client.close();
  await library?.close();
});

it('introduces itself, with words for the model', () => {
  expect(mcp.client.getServerVersion()).toMatchObject({ name: 'pressmark', title: 'Pressmark', version: expect.stringMatching(/^\d/) });
  expect(mcp.client.getInstructions()).toContain('search_documents');
  expect(mcp.client.getServerCapabilities()).toMatchObject({ tools: {}, resources: { subscribe: true }, prompts: {}, completions: {} });
});

describe('tools', () => {
  it('are listed with descriptions, both schemas and annotations', async () => {
    const { tools } = await mcp.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['search_documents', 'ask', 'read_document', 'list_projects', 'explore_graph']),
    );
    for (const { title, description, inputSchema, outputSchema, annotations } of tools) {
      expect(title?.length).toBeGreaterThan(4);
      expect(description?.length).toBeGreaterThan(80);
      expect(inputSchema.type).toBe('object');
      expect(outputSchema?.type).toBe('object');
      expect(annotations).toMatchObject({ destructiveHint: false, openWorldHint: false });
    }
  });

  it('explore_graph shows what a question names, with sentences', async () => {
    const explored = async () => {
      const result = await mcp.client.callTool({ name: 'explore_graph', arguments: { query: 'Louisa Ferrant' } });
      return { result, ...(result.structuredContent as unknown as Neighbourhood) };
    };
    // The graph follows in the background.
    const { entities, relations, result } = await vi.waitFor(
      async () => {
        const found = await explored();
        expect(found.entities.length).toBeGreaterThan(0);
        return found;
      },
      { timeout: 20_000, interval: 100 },
    );
    expect(entities[0]).toMatchObject({ name: 'Louisa Ferrant', type: 'person', depth: 0 });
    expect(relations[0]?.evidence[0]).toMatchObject({ filename: 'bridge.md', quote: expect.stringContaining('Louisa Ferrant') });
    expect(textOf(result)).toContain('built in 1884');
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

  it('read_document reads one page, and says where the document goes on', async () => {
    const result = await mcp.client.callTool({ name: 'read_document', arguments: { document_id: library.garden.id, max_chars: 20 } });
    expect(result.structuredContent).toMatchObject({
      text: (library.garden.content ?? '').slice(0, 20),
      char_start: 0,
      next_from_char: 20,
    });
    expect(textOf(result)).toContain('from_char 20');
  });

  it('ask goes on with a conversation', async () => {
    const asked = async (given: Record<string, unknown>) =>
      (await mcp.client.callTool({ name: 'ask', arguments: given })).structuredContent as unknown as ChatAnswer;
    const { conversation_id } = await asked({ message: 'How much does a season ticket cost?' });
    const { message, conversation_id: same } = await asked({ message: 'Who built the iron bridge?', conversation_id });
    expect(same).toBe(conversation_id);
    const { items } = (await library.server.get<Page<Message>>(`/api/conversations/${conversation_id}/messages`)).body.data;
    expect(items.filter(({ role }) => role === 'user')).toHaveLength(2);
    expect(items.filter(({ role }) => role === 'assistant').map(({ id }) => id)).toContain(message.id);
  });

  it('ask tells how far it is, in growing numbers, to whoever wants to know', async () => {
    const heard: Progress[] = [];
    await mcp.client.callTool({ name: 'ask', arguments: { message: 'How long is the iron bridge?' } }, undefined, {
      onprogress: (progress) => heard.push(progress),
    });
    expect(heard.map(({ message }) => message)).toEqual(expect.arrayContaining(['searching', 'reading']));
    const numbers = heard.map(({ progress }) => progress);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  });
});

describe('what is wrong with a call', () => {
  const failure = async (name: string, given?: Record<string, unknown>) => {
    const result = await mcp.client.callTool({ name, ...(given ? { arguments: given } : {}) });
    expect(result).toMatchObject({ isError: true });
    expect(result.structuredContent).toBeUndefined();
    return textOf(result);
  };

  it('is an unknown tool', async () => {
    await expect(mcp.client.callTool({ name: 'serch' })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('search_documents'),
    });
  });

  it('is named by field, all of it at once', async () => {
    expect(await failure('search_documents')).toContain('- query: this field is required');
    const both = await failure('search_documents', { query: '', limit: 'many' });
    expect(both).toMatch(/^- query: /m);
    expect(both).toMatch(/^- limit: /m);
    expect(both).not.toMatch(/[{[]|Error:/);
    expect(await failure('read_document', { document_id: 7 })).toContain('- document_id: ');
  });

  it('is told in words that say what would be right', async () => {
    expect(await failure('search_documents', { query: 'x', project: 'Nowhere' })).toContain('"Doors"');
    expect(await failure('read_document', {})).toContain('document_id');
    expect(await failure('read_document', { filename: 'nothing.pdf' })).toContain('nothing.pdf');
    expect(await failure('read_document', { document_id: ABSENT })).toMatch(/no such document|not found|no document/i);
    expect(await failure('read_document', { document_id: library.garden.id, page: 99 })).toMatch(/page/);
    expect(await failure('ask', { message: 'x', conversation_id: ABSENT })).toMatch(/conversation/);
  });
});

describe('resources', () => {
  it('are the documents that can be read, under the address of their template', async () => {
    const { resources, nextCursor } = await mcp.client.listResources();
    expect(nextCursor).toBeUndefined();
    expect(resources.map(({ name }) => name)).toEqual(expect.arrayContaining(['garden.md', 'bridge.md']));
    const garden = resources.find(({ name }) => name === 'garden.md');
    expect(garden).toMatchObject({ uri: `pressmark://documents/${library.garden.id}`, mimeType: 'text/plain' });
    const { resourceTemplates } = await mcp.client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'pressmark://documents/{id}',
      'pressmark://documents/{id}/pages/{n}',
    ]);
  });

  it('are read as text, whole or by the page', async () => {
    for (const { uri } of (await mcp.client.listResources()).resources) {
      const { contents } = await mcp.client.readResource({ uri });
      expect(contents).toEqual([{ uri, mimeType: 'text/plain', text: expect.stringMatching(/garden|bridge/) }]);
    }
    const uri = `pressmark://documents/${library.bridge.id}`;
    expect((await mcp.client.readResource({ uri })).contents[0]).toMatchObject({ text: library.bridge.content });
  });

  it.each(['pressmark://documents/nothing', 'pressmark://elsewhere', 'file:///etc/passwd', 'pressmark://documents/../settings'])(
    'are not to be had under %s',
    async (uri) => {
      await expect(mcp.client.readResource({ uri })).rejects.toMatchObject({ code: -32002 });
      await expect(mcp.client.subscribeResource({ uri })).rejects.toMatchObject({ code: -32002 });
    },
  );

  it('refuse a cursor that nobody gave', async () => {
    await expect(mcp.client.listResources({ cursor: 'nonsense' })).rejects.toMatchObject({ code: -32602 });
  });

  it('are announced when they come and go, and when one that is followed changes', async () => {
    const { client } = await connect(library.server.ready);
    const heard: string[] = [];
    client.setNotificationHandler(ResourceListChangedNotificationSchema, () => void heard.push('list'));
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void heard.push(params.uri));
    const { body } = await uploadTexts(library.server, library.project_id, { 'late.md': 'A late note about the orchard.' });
    const id = body.data.items[0]?.document?.id ?? '';
    await library.server.waitFor(id);
    await expect.poll(() => heard).toContain('list');
    const uri = `pressmark://documents/${id}`;
    await client.subscribeResource({ uri });
    await library.server.request('DELETE', `/api/documents/${id}`);
    await expect.poll(() => heard).toContain(uri);
    await expect.poll(() => heard.filter((each) => each === 'list').length).toBeGreaterThan(1);
    await client.close();
  });
});

describe('prompts', () => {
  it('are listed with their arguments', async () => {
    const { prompts } = await mcp.client.listPrompts();
    expect(prompts.map(({ name, arguments: args }) => [name, args?.map((each) => [each.name, each.required])])).toEqual([
      [
        'answer_with_sources',
        [
          ['question', true],
          ['project', false],
        ],
      ],
      ['summarize_document', [['document_id', true]]],
    ]);
    for (const { title, description } of prompts) expect(`${title}: ${description}`.length).toBeGreaterThan(40);
  });

  it('hold the question, and the document itself', async () => {
    const question = 'When does the garden open?';
    const { messages } = await mcp.client.getPrompt({ name: 'answer_with_sources', arguments: { question, project: 'Doors' } });
    expect(messages).toMatchObject([{ role: 'user', content: { type: 'text', text: expect.stringContaining(question) } }]);
    const summary = await mcp.client.getPrompt({ name: 'summarize_document', arguments: { document_id: library.bridge.id } });
    expect(summary.messages[0]?.content).toMatchObject({ type: 'resource', resource: { text: library.bridge.content } });
  });

  it('say which argument is wrong', async () => {
    const get = (name: string, args: Record<string, string>) => mcp.client.getPrompt({ name, arguments: args });
    await expect(get('nothing', {})).rejects.toMatchObject({ code: -32602, message: expect.stringContaining('summarize_document') });
    await expect(get('answer_with_sources', {})).rejects.toMatchObject({ code: -32602, message: expect.stringContaining('question') });
    await expect(get('summarize_document', { document_id: ABSENT })).rejects.toMatchObject({ code: -32002 });
  });
});

describe('completions', () => {
  const complete = async (ref: CompleteRequest['params']['ref'], name: string, value: string, given?: Record<string, string>) => {
    const context = given ? { context: { arguments: given } } : {};
    return (await mcp.client.complete({ ref, argument: { name, value }, ...context })).completion.values;
  };

  it('offer documents by the beginning of their file name, and projects by theirs', async () => {
    const ref = { type: 'ref/prompt', name: 'summarize_document' } as const;
    expect(await complete(ref, 'document_id', 'gar')).toEqual([library.garden.id]);
    expect(await complete(ref, 'document_id', 'zzz')).toEqual([]);
    expect(await complete({ type: 'ref/resource', uri: 'pressmark://documents/{id}' }, 'id', 'bri')).toEqual([library.bridge.id]);
    expect(await complete({ type: 'ref/prompt', name: 'answer_with_sources' }, 'project', 'do')).toEqual(['Doors']);
    expect(await complete({ type: 'ref/prompt', name: 'answer_with_sources' }, 'question', 'w')).toEqual([]);
  });
});
