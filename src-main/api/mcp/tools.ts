/** The tools, each from operations of the contract: what a model may ask of Pressmark. */
import { call } from '@orpc/server';
import { contract } from '../../contract';
import type { ChatAnswer, ChatEvent } from '../../contract/chat';
import { AppError } from '../../core/errors';
import { chosenProject, projectChoice } from './project-choice';
import { readDocument } from './read-document';
import { answerText, graphText, hitsText, projectsText } from './render';
import { ADDS, inputOf, LOOKS_ONLY, outputOf, type Tool, type Turn, tool } from './tool';

const listProjects = tool({
  name: 'list_projects',
  title: 'List projects',
  description:
    'Lists the projects of this Pressmark library with their names, ids and numbers of documents. Call it first when you do not know which project to ask, or when another tool says that there are several.',
  annotations: LOOKS_ONLY,
  input: inputOf(contract.projects.list),
  output: outputOf(contract.projects.list),
  run: (input, { router, caller, signal }) => call(router.projects.list, input, { context: caller, signal }),
  text: projectsText,
});

const searchDocuments = tool({
  name: 'search_documents',
  title: 'Search documents',
  description:
    "Finds passages in the person's own documents (PDF, Word, Markdown, web pages, text) by words and by meaning. Use it when you want to read the sources yourself and write the answer. Returns the best passages, best first, each with its pressmark: filename, page, exact quote and its character range. Cite filename and page. Use read_document to see what stands around a passage.",
  annotations: LOOKS_ONLY,
  input: inputOf(contract.search.query).omit({ project_id: true }).extend(projectChoice),
  output: outputOf(contract.search.query),
  run: async ({ project, project_id, ...query }, turn) =>
    call(
      turn.router.search.query,
      { ...query, project_id: await chosenProject({ project, project_id }, turn) },
      { context: turn.caller, signal: turn.signal },
    ),
  text: hitsText,
});

const ask = tool({
  name: 'ask',
  title: 'Ask the documents',
  description:
    "Has Pressmark answer a question from the person's own documents, with a language model on this machine or by quoting. Every sentence of the answer carries a checked source: [n] in the text stands for the citation n with filename, page and exact quote. `answered` is false when the documents do not say it; then do not answer from elsewhere as if they did. It can take up to minutes and reports progress. Give conversation_id to ask a follow-up question. Prefer search_documents when you can read the passages yourself.",
  annotations: ADDS,
  input: inputOf(contract.chat.stream).omit({ project_id: true }).extend(projectChoice),
  output: outputOf(contract.chat.ask),
  run: async ({ project, project_id, ...question }, turn) => {
    const asked = { ...question, project_id: await chosenProject({ project, project_id }, turn) };
    return lastAnswer(await call(turn.router.chat.stream, asked, { context: turn.caller, signal: turn.signal }), turn);
  },
  text: answerText,
});

const exploreGraph = tool({
  name: 'explore_graph',
  title: 'Explore the knowledge graph',
  description:
    'Shows how the people, organisations, places, dates, sums and defined terms that a question names are connected in the documents of a project: the entities around them, and the relations with a sentence that says each, with filename and page. Use it for questions about who or what is connected with what, across documents; use search_documents for passages about a subject.',
  annotations: LOOKS_ONLY,
  input: inputOf(contract.graph.subgraph).omit({ id: true }).extend(projectChoice),
  output: outputOf(contract.graph.subgraph),
  run: async ({ project, project_id, ...question }, turn) =>
    call(
      turn.router.graph.subgraph,
      { ...question, id: await chosenProject({ project, project_id }, turn) },
      { context: turn.caller, signal: turn.signal },
    ),
  text: graphText,
});

async function lastAnswer(events: AsyncIterable<ChatEvent>, { progress }: Turn): Promise<ChatAnswer> {
  let tokens = 0;
  for await (const event of events) {
    if (event.type === 'status') progress(event.status);
    if (event.type === 'token') {
      tokens += 1;
      progress(`writing: ${tokens} pieces`);
    }
    if (event.type === 'done') return event.answer;
  }
  throw new AppError('UNAVAILABLE', 'The answer was stopped before it was complete.');
}

export const TOOLS: readonly Tool[] = [listProjects, searchDocuments, ask, readDocument, exploreGraph];
