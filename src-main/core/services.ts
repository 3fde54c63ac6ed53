/** Builds every service, in dependency order. Hosts call this once; doors only see the `Services` it returns. */
import { Chat } from './chat/chat';
import { createConversations } from './chat/conversations';
import { Documents } from './documents/documents';
import { Ingest } from './documents/ingest';
import { createJobs } from './jobs/jobs';
import { Runner } from './jobs/runner';
import type { Ports } from './ports';
import { createProjects } from './projects/projects';
import { createSearch } from './search/search';
import { createEvents } from './system/events';
import { createSystem } from './system/system';

/** Services over ports. `start` recovers and runs the job queue; `stop` drains it. */
export function createServices(ports: Ports) {
  const events = createEvents();
  const runner = new Runner(ports, events, new Ingest(ports, events));
  const jobs = createJobs(ports, events, runner);
  const documents = new Documents(ports, events, runner);
  const projects = createProjects(ports, documents);
  const search = createSearch(ports);
  const conversations = createConversations(ports);
  const chat = new Chat(ports, { search, conversations });
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
