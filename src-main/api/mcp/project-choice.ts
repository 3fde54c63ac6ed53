/** Which project a tool speaks of: by id, by name, or the only one. */
import { call } from '@orpc/server';
import { z } from 'zod';
import type { Project } from '../../contract/projects';
import { id } from '../../contract/shared';
import { AppError } from '../../core/errors';
import type { Asking } from './handling';

const LOOKED_AT = 2_000;
const NAMED = 20;

/** Fields that take the place of an operation's `project_id`. */
export const projectChoice = {
  project: z.string().trim().min(1).max(200).optional().describe('Name of the project. Leave it out when there is only one project.'),
  project_id: id.optional().describe('Id of the project, instead of its name.'),
};

export interface ProjectChoice {
  project?: string | undefined;
  project_id?: string | undefined;
}

/** Every project, page by page, oldest first; bounded. */
export async function* allProjects({ router, caller, signal }: Asking): AsyncGenerator<Project> {
  let cursor: string | undefined;
  for (let seen = 0; seen < LOOKED_AT; ) {
    const page = await call(router.projects.list, { limit: 200, ...(cursor ? { cursor } : {}) }, { context: caller, signal });
    yield* page.items;
    seen += page.items.length;
    if (page.next_cursor === null) return;
    cursor = page.next_cursor;
  }
}

/** @throws AppError that names the projects there are, so that a model can choose */
export async function chosenProject({ project, project_id }: ProjectChoice, turn: Asking): Promise<string> {
  if (project_id !== undefined) return project_id;
  const all: Project[] = [];
  for await (const each of allProjects(turn)) all.push(each);
  const fits = project === undefined ? all : named(all, project);
  const [first, second] = fits;
  if (first && !second) return first.id;
  throw new AppError(first ? 'CONFLICT' : 'NOT_FOUND', problem(all, fits, project), { projects: all.length });
}

/** The exact name wins over one that differs in case; an id given as the name is taken too. */
function named(all: Project[], wanted: string): Project[] {
  const exact = all.filter(({ name, id }) => name === wanted || id === wanted);
  return exact.length > 0 ? exact : all.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
}

function problem(all: Project[], fits: Project[], wanted: string | undefined): string {
  if (all.length === 0) return 'There is no project yet: the person has to create one in Pressmark and add documents.';
  const list = (some: Project[]) => some.slice(0, NAMED).map(({ name, id }) => `"${name}" (${id})`);
  if (wanted !== undefined && fits.length > 1) {
    return `Several projects have the name "${wanted}"; give the project_id of one: ${list(fits).join(', ')}.`;
  }
  const known = `${list(all).join(', ')}${all.length > NAMED ? ` and ${all.length - NAMED} more` : ''}`;
  return wanted === undefined
    ? `There are several projects; say which one with "project": ${known}.`
    : `There is no project with the name "${wanted}". There are: ${known}.`;
}
