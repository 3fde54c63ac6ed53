/** The table of contents: every group of the contract and the routes that answer it. `tsc` fails while one is missing. */
import type { Log } from '../core/ports/runtime';
import type { Services } from '../core/services';
import type { Gate } from './gate';
import type { Metrics } from './metrics';
import { operations } from './operations';
import { backupRoutes } from './routes/backups';
import { folderRoutes } from './routes/folders';
import { graphRoutes } from './routes/graph';
import { auditRoutes, settingRoutes, systemRoutes, tokenRoutes } from './routes/installation';
import { documentRoutes, jobRoutes, projectRoutes, searchRoutes } from './routes/library';
import { modelRoutes } from './routes/models';
import { openaiRoutes } from './routes/openai';
import { chatRoutes, conversationRoutes } from './routes/talk';

export interface RouterParts {
  services: Services;
  log: Log;
  metrics: Metrics;
  gate: Gate;
  checkAnswers: boolean;
}

/** Builds the router that all doors share. Its context is the `Caller`. */
export function createRouter({ services, log, metrics, gate, checkAnswers }: RouterParts) {
  const os = operations({ gate, log, checkAnswers });
  return os.router({
    system: systemRoutes(os.system, services, { log, metrics }),
    projects: projectRoutes(os.projects, services),
    documents: documentRoutes(os.documents, services),
    folders: folderRoutes(os.folders, services),
    graph: graphRoutes(os.graph, services),
    jobs: jobRoutes(os.jobs, services),
    models: modelRoutes(os.models, services),
    search: searchRoutes(os.search, services),
    chat: chatRoutes(os.chat, services, log),
    conversations: conversationRoutes(os.conversations, services, log),
    openai: openaiRoutes(os.openai, services, log),
    settings: settingRoutes(os.settings, services),
    tokens: tokenRoutes(os.tokens, services),
    audit: auditRoutes(os.audit, services),
    backups: backupRoutes(os.backups, services),
  });
}

export type Router = ReturnType<typeof createRouter>;
