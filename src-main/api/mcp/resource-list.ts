/** The list of all documents that have text: project by project, with one cursor over both. */
import type { Resource } from '@modelcontextprotocol/sdk/types.js';
import { call } from '@orpc/server';
import { z } from 'zod';
import type { Document } from '../../contract/documents';
import type { Project } from '../../contract/projects';
import { AppError } from '../../core/errors';
import type { Asking } from './handling';
import { allProjects } from './project-choice';

const PAGE = 100;
/** Empty projects looked at for one page, so that a library with thousands of them is no long wait. */
const MOST_PROJECTS = 50;

const place = z.object({ project: z.string().max(64), after: z.string().max(200).nullable() });
type Place = z.output<typeof place>;

export const uriOf = (document_id: string): string => `pressmark://documents/${document_id}`;

/** @throws AppError for a cursor that this list did not give */
export async function listDocuments(cursor: string | undefined, asking: Asking): Promise<{ resources: Resource[]; nextCursor?: string }> {
  const start = cursor === undefined ? null : placeOf(cursor);
  const resources: Resource[] = [];
  let looked = 0;
  for await (const project of allProjects(asking)) {
    // Ids sort by creation, as projects are listed: a project that went away since does not end the list.
    if (start && project.id < start.project) continue;
    if (resources.length >= PAGE || looked >= MOST_PROJECTS)
      return { resources, nextCursor: cursorOf({ project: project.id, after: null }) };
    looked += 1;
    const after = start?.project === project.id ? start.after : null;
    const rest = await addDocuments(project, after, resources, asking);
    if (rest !== null) return { resources, nextCursor: cursorOf({ project: project.id, after: rest }) };
  }
  return { resources };
}

/** @returns the cursor of what did not fit, null when the project is through */
async function addDocuments(project: Project, after: string | null, to: Resource[], asking: Asking): Promise<string | null> {
  let cursor = after;
  while (to.length < PAGE) {
    const query = { project_id: project.id, limit: PAGE - to.length, ...(cursor === null ? {} : { cursor }) };
    const page = await call(asking.router.documents.list, query, { context: asking.caller, signal: asking.signal });
    to.push(...page.items.filter(hasText).map((document) => resourceOf(document, project)));
    cursor = page.next_cursor;
    if (cursor === null) return null;
  }
  return cursor;
}

/** Only what can be read is offered. */
export const hasText = ({ state }: Pick<Document, 'state'>): boolean => ['searchable', 'embedding', 'ready'].includes(state);

function resourceOf({ id, filename, mime_type, size_bytes, pages, metadata, updated_at }: Document, project: Project): Resource {
  const title = typeof metadata.title === 'string' && metadata.title.trim() !== '' ? metadata.title : filename;
  const extent = pages === null ? '' : `, ${pages} pages`;
  return {
    uri: uriOf(id),
    name: filename,
    title,
    description: `${mime_type}${extent}, ${size_bytes} bytes, in the project "${project.name}"; read as text.`,
    mimeType: 'text/plain',
    annotations: { lastModified: updated_at },
  };
}

const cursorOf = (at: Place): string => Buffer.from(JSON.stringify(at)).toString('base64url');

function placeOf(cursor: string): Place {
  try {
    return place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new AppError('VALIDATION_FAILED', 'cursor: this is no nextCursor of resources/list.', { cursor });
  }
}
