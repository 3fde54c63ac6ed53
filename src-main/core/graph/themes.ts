/** Themes: communities with the words of their passages and the documents they span. */

import type { Theme } from '../../contract/graph-view';
import type { Page } from '../../contract/shared';
import type { Ports } from '../ports';
import type { FoundChunk } from '../ports/records';
import { bestOf, nameOf, pageFrom } from './communities';
import { type FindGroups, keptByRevision, unavailable } from './groups';

/** Further ones are small, and words are only compared among these. */
const MOST_THEMES = 60;
const PASSAGES = 100;
/** The best connected members say where a theme is spoken of. */
const TELLING = 10;
const WORDS_IN_NAME = 3;

type Found = Omit<Theme, 'entities' | 'name'> & { members: string[] };

/** The function that answers pages of a project's themes. */
export function createThemes(ports: Ports, groups: FindGroups) {
  const themesOf = keptByRevision(ports, (project_id) => findThemes(ports, groups, project_id));
  return async (project_id: string, page: { limit: number; cursor?: string | undefined }): Promise<Page<Theme>> => {
    const { items, next_cursor } = pageFrom(await themesOf(project_id), page);
    const shown = await Promise.all(items.map((found) => shownOf(ports, project_id, found)));
    return { items: shown.filter((theme) => theme !== null), next_cursor };
  };
}

async function findThemes(ports: Ports, groups: FindGroups, project_id: string): Promise<Found[]> {
  const members = (await groups(project_id)).members.slice(0, MOST_THEMES);
  const passages: FoundChunk[][] = [];
  for (const ids of members) passages.push(await passagesOf(ports, project_id, ids));
  const texts = passages.map((chunks) => chunks.map(({ text }) => text));
  const words = await ports.graphReader.themeWords(texts).catch(unavailable);
  return members.map((ids, at) => ({
    id: ids[0] ?? '',
    size: ids.length,
    members: ids,
    terms: words[at] ?? [],
    documents: documentsOf(passages[at] ?? []),
  }));
}

async function passagesOf({ graph, records }: Ports, project_id: string, members: string[]): Promise<FoundChunk[]> {
  const entities = members.slice(0, TELLING).map((id) => ({ id, weight: 1 }));
  const found = await graph.chunks({ project_id, entities, limit: PASSAGES });
  return records.index.chunks(found.map(({ chunk_id }) => chunk_id));
}

function documentsOf(chunks: FoundChunk[]): Theme['documents'] {
  const found = new Map<string, Theme['documents'][number]>();
  for (const { document_id, filename } of chunks) {
    const known = found.get(document_id) ?? { document_id, filename, passages: 0 };
    known.passages += 1;
    found.set(document_id, known);
  }
  return [...found.values()].sort((a, b) => b.passages - a.passages);
}

/** Null when its entities have gone meanwhile. */
async function shownOf(ports: Ports, project_id: string, { members, ...found }: Found): Promise<Theme | null> {
  const entities = await bestOf(ports, project_id, members);
  const [first] = entities;
  if (!first) return null;
  const words = found.terms.slice(0, WORDS_IN_NAME).join(', ');
  return { ...found, id: first.id, name: words ? `${nameOf(entities)}: ${words}` : nameOf(entities), entities };
}
