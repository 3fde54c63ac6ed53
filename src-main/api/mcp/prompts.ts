/** Prompts that a person can choose in the client: ways of asking that make good use of the tools. */
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { ErrorCode, GetPromptRequestSchema, ListPromptsRequestSchema, type PromptMessage } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { invalid } from '../errors';
import type { Asking, Handling } from './handling';
import { ProtocolError } from './protocol-error';
import { uriOf } from './resource-list';
import { readResource } from './resource-text';

interface Prompt {
  name: string;
  title: string;
  description: string;
  args: z.ZodObject<Record<string, z.ZodType<string | undefined>>>;
  messages(args: Record<string, string | undefined>, asking: Asking): Promise<PromptMessage[]>;
}

const answerWithSources: Prompt = {
  name: 'answer_with_sources',
  title: 'Answer from my documents',
  description: 'Answers a question from the documents in Pressmark, each statement with its file and page.',
  args: z.object({
    question: z.string().trim().min(1).max(8000).describe('What you want to know.'),
    project: z.string().max(200).optional().describe('Name of the project, when there are several.'),
  }),
  messages: async ({ question = '', project }) => [userText(answerText(question, project))],
};

const summarizeDocument: Prompt = {
  name: 'summarize_document',
  title: 'Summarize a document',
  description: 'Summarizes one document of the library, with page numbers.',
  args: z.object({
    document_id: z.string().min(1).max(64).describe('Id of the document; the client can complete it from the file name.'),
  }),
  messages: async ({ document_id = '' }, asking) => {
    const { uri, mimeType, text } = await readResource(uriOf(document_id), asking);
    return [{ role: 'user', content: { type: 'resource', resource: { uri, mimeType, text } } }, userText(SUMMARY)];
  },
};

const PROMPTS = [answerWithSources, summarizeDocument];

const LISTED = PROMPTS.map(({ name, title, description, args }) => ({
  ...{ name, title, description },
  arguments: Object.entries(args.shape).map(([argument, schema]) => ({
    name: argument,
    description: schema.description ?? '',
    required: !schema.safeParse(undefined).success,
  })),
}));

export function offerPrompts(server: Server, { guarded }: Handling): void {
  server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: LISTED }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }, extra) =>
    guarded(extra, async (asking) => {
      const prompt = PROMPTS.find(({ name }) => name === params.name);
      if (!prompt) {
        const known = PROMPTS.map(({ name }) => name).join(', ');
        throw new ProtocolError(ErrorCode.InvalidParams, `Unknown prompt: "${params.name}". There are: ${known}.`);
      }
      const args = prompt.args.safeParse(params.arguments ?? {});
      if (!args.success) {
        const { message, details } = invalid(args.error.issues);
        throw new ProtocolError(ErrorCode.InvalidParams, message, details);
      }
      return { description: prompt.description, messages: await prompt.messages(args.data, asking) };
    }),
  );
}

const userText = (text: string): PromptMessage => ({ role: 'user', content: { type: 'text', text } });

const SUMMARY =
  'Summarize this document of mine: first what it is and what it says in three sentences, then its main points as a list. Keep to what it says. When it goes on in further parts, read those with the tool read_document.';

function answerText(question: string, project: string | undefined): string {
  const where = project === undefined ? '' : ` in the project "${project}"`;
  return `Answer this question from my documents in Pressmark${where}: ${question}

Look for passages with search_documents, with different words when the first search shows too little, and read around them with read_document where you need to. Answer in sentences of your own, and put the file name and page behind each statement. When the documents do not say it, say so instead of answering from elsewhere.`;
}
