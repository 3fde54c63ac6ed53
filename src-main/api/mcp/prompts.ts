/** Prompts that a person can choose in the client: ways of asking that make good use of the tools. */
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { uriOf } from './resource-list';
import { readResource } from './resource-text';
import type { Turn } from './tool';

type Asking = Pick<Turn, 'router' | 'caller' | 'signal'>;

/** @param asking who asks, from what the SDK hands to a handler */
export function offerPrompts(server: McpServer, asking: (extra: { signal: AbortSignal }) => Asking): void {
  server.registerPrompt(
    'answer_with_sources',
    {
      title: 'Answer from my documents',
      description: 'Answers a question from the documents in Pressmark, each statement with its file and page.',
      argsSchema: {
        question: z.string().min(1).max(8000).describe('What you want to know.'),
        project: z.string().max(200).optional().describe('Name of the project, when there are several.'),
      },
    },
    ({ question, project }) => ({
      messages: [{ role: 'user', content: { type: 'text', text: answerText(question, project) } }],
    }),
  );
  server.registerPrompt(
    'summarize_document',
    {
      title: 'Summarize a document',
      description: 'Summarizes one document of the library, with page numbers.',
      argsSchema: { document_id: z.string().min(1).max(64).describe('Id of the document; the client can complete it from the file name.') },
    },
    async ({ document_id }, extra) => {
      const { uri, mimeType, text } = await readResource(uriOf(document_id), asking(extra));
      return {
        messages: [
          { role: 'user', content: { type: 'resource', resource: { uri, mimeType, text } } },
          { role: 'user', content: { type: 'text', text: SUMMARY } },
        ],
      };
    },
  );
}

const SUMMARY =
  'Summarize this document of mine: first what it is and what it says in three sentences, then its main points as a list. Keep to what it says. When it goes on in further parts, read those with the tool read_document.';

function answerText(question: string, project: string | undefined): string {
  const where = project === undefined ? '' : ` in the project "${project}"`;
  return `Answer this question from my documents in Pressmark${where}: ${question}

Look for passages with search_documents, with different words when the first search shows too little, and read around them with read_document where you need to. Answer in sentences of your own, and put the file name and page behind each statement. When the documents do not say it, say so instead of answering from elsewhere.`;
}
