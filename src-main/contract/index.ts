/** The one contract: everything that Pressmark can be asked. */
import { audit } from './audit';
import { backups } from './backups';
import { chat, conversations } from './chat';
import { documents } from './documents';
import { folders } from './folders';
import { graph } from './graph';
import { graphDeep } from './graph-deep';
import { graphMerges } from './graph-merges';
import { graphView } from './graph-view';
import { jobs } from './jobs';
import { models } from './models';
import { openai } from './openai';
import { projects } from './projects';
import { search } from './search';
import { settingsOperations as settings } from './settings';
import { system } from './system';
import { tokens } from './tokens';

export const contract = {
  system,
  projects,
  documents,
  folders,
  graph: { ...graph, ...graphView, ...graphMerges, ...graphDeep },
  jobs,
  models,
  search,
  chat,
  conversations,
  openai,
  settings,
  tokens,
  audit,
  backups,
};
export type Contract = typeof contract;
