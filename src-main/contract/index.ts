/** The one contract: everything that Pressmark can be asked. */
import { chat, conversations } from './chat';
import { documents } from './documents';
import { jobs } from './jobs';
import { projects } from './projects';
import { search } from './search';
import { system } from './system';

export const contract = { system, projects, documents, jobs, search, chat, conversations };
export type Contract = typeof contract;
