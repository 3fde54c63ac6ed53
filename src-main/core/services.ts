/** Builds every service, in dependency order. Hosts call this once; doors only see the `Services` it returns. */
import { createChat } from './chat/chat';
import { createConversations } from './chat/conversations';
import { createDocuments } from './documents/documents';
import { createIngest } from './documents/ingest';
import { createJobs } from './jobs/jobs';
import { createRunner } from './jobs/runner';
import type { Ports } from './ports';
import { createProjects } from './projects/projects';
import { createSearch } from './search/search';
import { createEvents } from './system/events';
import { createSystem } from './system/system';

/** Services over ports. `start` recovers and runs the job queue; `stop` drains it. */
export function createServices(ports: Ports) {
  const events = createEvents();
  const ingest = createIngest(ports, events);
  const runner = createRunner(ports, events, { parse: ingest.parse, embed: ingest.embed });
  const jobs = createJobs(ports, events, runner);
  const documents = createDocuments(ports, events, runner);
  const projects = createProjects(ports, documents);
  const search = createSearch(ports);
  const conversations = createConversations(ports);
  const chat = createChat(ports, { search, conversations });
  const system = createSystem(ports, events);
  return {
    projects,
    documents,
    jobs,
    search,
    chat,
    conversations,
    system,
    start: () => runner.start(),
    stop: () => runner.stop(),
  };
}

export type Services = ReturnType<typeof createServices>;
