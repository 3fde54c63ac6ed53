/** Projects: the shelves that documents and conversations stand on. */
import type { Project } from '../../contract/projects';
import type { Page } from '../../contract/shared';
import { notFound } from '../errors';
import type { Ports } from '../ports';
import type { ListQuery } from '../ports/records';

/** What has to be gone before a project goes. */
interface Held {
  folders: { endProject(project_id: string): Promise<void> };
  documents: { removeAll(project_id: string): Promise<void> };
}

/** CRUD of projects; deleting one deletes everything it holds. */
export function createProjects({ records, runtime }: Ports, { folders, documents }: Held) {
  async function get(id: string): Promise<Project> {
    const project = await records.projects.get(id);
    if (!project) throw notFound('project', id);
    return project;
  }

  return {
    get,
    list: (query: ListQuery): Promise<Page<Project>> => records.projects.list(query),
    create: (input: { name: string; settings?: Record<string, unknown> | undefined }): Promise<Project> =>
      records.projects.create({ id: runtime.id(), name: input.name, settings: input.settings ?? {} }),
    /** @param expected versions that the caller may change; left out: any */
    async update(
      { id, name, settings }: { id: string; name?: string | undefined; settings?: Record<string, unknown> | undefined },
      expected?: number[],
    ): Promise<Project> {
      await get(id);
      return records.projects.update(id, { name, settings }, expected);
    },
    async remove(id: string): Promise<{ id: string; deleted: true }> {
      await get(id);
      await folders.endProject(id);
      await documents.removeAll(id);
      await records.projects.remove(id);
      return { id, deleted: true };
    },
  };
}
