/** Communities as they are shown: page by page, with their best connected entities. */
import type { Community, Entity } from '../../contract/graph';
import type { Page } from '../../contract/shared';
import type { Ports } from '../ports';
import type { FindGroups } from './groups';

/** Entities of a community that are shown. */
const SHOWN = 10;
const NAMES = 3;

interface PageOf {
  limit: number;
  cursor?: string | undefined;
}

/** One page of something that is known as a whole; the cursor is a number. */
export function pageFrom<T>(all: T[], { limit, cursor }: PageOf): Page<T> {
  const from = Number(cursor ?? 0);
  return { items: all.slice(from, from + limit), next_cursor: from + limit < all.length ? String(from + limit) : null };
}

/** The best connected members that are still there. */
export async function bestOf({ graph }: Pick<Ports, 'graph'>, project_id: string, members: string[]): Promise<Entity[]> {
  const found = await Promise.all(members.slice(0, SHOWN).map((id) => graph.entity(project_id, id)));
  return found.filter((entity) => entity !== null);
}

export const nameOf = (entities: Entity[]): string =>
  entities
    .slice(0, NAMES)
    .map(({ name }) => name)
    .join(', ');

export async function communitiesPage(ports: Ports, groups: FindGroups, project_id: string, page: PageOf): Promise<Page<Community>> {
  const { items, next_cursor } = pageFrom((await groups(project_id)).members, page);
  const shown = await Promise.all(items.map((members) => shownOf(ports, project_id, members)));
  return { items: shown.filter((item) => item !== null), next_cursor };
}

/** Null when all of its best connected entities have gone meanwhile. */
async function shownOf(ports: Ports, project_id: string, members: string[]): Promise<Community | null> {
  const entities = await bestOf(ports, project_id, members);
  const [first] = entities;
  return first ? { id: first.id, name: nameOf(entities), size: members.length, entities } : null;
}
