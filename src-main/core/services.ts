/** Builds every service, in dependency order. Hosts call this once; doors only see the `Services` it returns. */
import type { SettingValues } from '../contract/settings';
import { createAudit } from './access/audit';
import { createIdempotencyKeys } from './access/idempotency';
import { Tokens } from './access/tokens';
import { createBackupStage } from './backup/backup-stage';
import { Backups } from './backup/backups';
import { Chat } from './chat/chat';
import { createConversations } from './chat/conversations';
import { createTurns, type Turns } from './chat/turns';
import { Documents } from './documents/documents';
import { Ingest } from './documents/ingest';
import { createPasswords } from './documents/passwords';
import { Folders } from './folders/folders';
import { GraphBuilder } from './graph/builder';
import { createGraph } from './graph/create';
import { createDeepStage } from './graph/deep/stage';
import { createJobs } from './jobs/jobs';
import { Runner } from './jobs/runner';
import { LIMITS } from './limits';
import { Mirrors } from './mirrors/mirrors';
import { createFetchStage } from './models/fetch-stage';
import { followModels } from './models/follow';
import { ModelView } from './models/model-view';
import { Models } from './models/models';
import { Serving } from './models/serving';
import { createOpenAI } from './openai/openai';
import type { Ports } from './ports';
import { createProjects } from './projects/projects';
import { createSearch } from './search/search';
import { SettingsService } from './settings/settings';
import { Care, type Rescue } from './system/care';
import { joinPeers } from './system/company';
import { createEvents, type Events } from './system/events';
import { createSystem } from './system/system';
import { Transfer } from './transfer/transfer';

/** Services over ports. `start` reads the settings and runs the job queue; `stop` drains it. */
export function createServices(ports: Ports, fixed: Partial<SettingValues> = {}, rescue: Rescue | null = null) {
  const settings = new SettingsService(ports, fixed);
  const turns = createTurns(LIMITS.generations, LIMITS.generationQueue);
  const audit = createAudit(ports, () => settings.current.audit_keep_days);
  const [idempotency, events] = [createIdempotencyKeys(ports), createEvents()];
  const modelView = new ModelView(ports, events);
  const [tokens, passwords] = [new Tokens(ports), createPasswords()];
  const runner = new Runner(ports, events, {
    ...new Ingest(ports, events, passwords).stages(),
    fetch: createFetchStage(ports, modelView),
    backup: createBackupStage(ports),
    deep: createDeepStage(ports, turns),
  });
  const models = new Models(ports, runner, modelView);
  const documents = new Documents(ports, events, runner, settings, passwords);
  const folders = new Folders(ports, documents, events);
  joinPeers(ports, events, { runner, folders, settings, tokens });
  const projects = createProjects(ports, { folders, documents });
  const graphBuilder = new GraphBuilder(ports, events);
  const care = new Care(ports, { runner, graph: graphBuilder }, rescue);
  const mirrors = new Mirrors(ports);
  const { serving, ...talk } = createTalk(ports, events, turns);
  return {
    projects,
    transfer: new Transfer(ports, documents, events),
    documents,
    folders,
    ...createGraph(ports, graphBuilder, runner),
    jobs: createJobs(ports, runner),
    models,
    mirrors,
    ...talk,
    system: createSystem(ports, events, { runner, care, mirrors, serving }),
    settings,
    tokens,
    audit,
    idempotency,
    backups: new Backups(ports, runner),
    async start() {
      await settings.load();
      await idempotency.recover();
      for (const one of [documents, models]) await one.tidy();
      await followModels(ports, { settings, models, view: modelView, runner, serving });
      for (const one of [runner, care, folders, graphBuilder, mirrors]) await one.start();
    },
    async stop() {
      for (const one of [mirrors, care, folders, graphBuilder, runner, serving]) await one.stop();
    },
  };
}

/** Everything that searches and answers; it goes by the vectors that serve at the moment. */
function createTalk(ports: Ports, events: Events, turns: Turns) {
  const serving = new Serving(ports, events);
  const asking = { ...ports, embedding: serving.embedding };
  const search = createSearch(asking);
  const conversations = createConversations(ports);
  const chat = new Chat(asking, { search, conversations, turns });
  return { serving, search, conversations, chat, openai: createOpenAI(ports, { chat, turns }) };
}

export type Services = ReturnType<typeof createServices>;
