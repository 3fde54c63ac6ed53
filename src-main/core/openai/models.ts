/** What can be named as `model`: the installed models, and each project by its id and its name. */
import type { OpenAIModel } from '../../contract/openai';
import type { Project } from '../../contract/projects';
import { AppError } from '../errors';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';

export const PROJECT_PREFIX = 'pressmark/';
const PAGE = 200;
/** Ids named in an error. */
const MOST_NAMED = 5;

/** What a name stands for. */
export type Named = { kind: 'chat' | 'embedding'; id: string } | { kind: 'project'; id: string; project: Project };

export function createModels(ports: Ports) {
  const { records, chat, embedding, runtime } = ports;
  const started = seconds(runtime.now());

  async function* projects(): AsyncGenerator<Project> {
    let cursor: string | undefined;
    let seen = 0;
    do {
      const page = await records.projects.list({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      yield* page.items;
      seen += page.items.length;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined && seen < LIMITS.projectsNamed);
  }

  /** An id goes before a name; a name that several projects have stands for none of them. */
  async function projectOf(name: string): Promise<Project> {
    const byId = await records.projects.get(name);
    if (byId) return byId;
    const found: Project[] = [];
    for await (const project of projects()) if (project.name === name) found.push(project);
    const [only, ...others] = found;
    if (!only) throw unknown(PROJECT_PREFIX + name);
    if (others.length === 0) return only;
    const ids = found.slice(0, MOST_NAMED).map(({ id }) => PROJECT_PREFIX + id);
    throw new AppError('BAD_REQUEST', `${found.length} projects are called "${name}". Use the id of one: ${ids.join(', ')}.`, {
      param: 'model',
      reason: 'ambiguous_model',
    });
  }

  const installed = (): Exclude<Named, { kind: 'project' }>[] =>
    [
      { kind: 'chat' as const, model: chat },
      { kind: 'embedding' as const, model: embedding },
    ].flatMap(({ kind, model }) => {
      const { id } = model.info();
      return model.available() && id !== null ? [{ kind, id }] : [];
    });

  /** Throws NOT_FOUND with the reason `model_not_found`. */
  async function find(id: string): Promise<Named> {
    if (id.startsWith(PROJECT_PREFIX)) return { kind: 'project', id, project: await projectOf(id.slice(PROJECT_PREFIX.length)) };
    const model = installed().find((one) => one.id === id);
    if (!model) throw unknown(id);
    return model;
  }

  const described = (named: Named): OpenAIModel => ({
    id: named.id,
    object: 'model',
    created: named.kind === 'project' ? seconds(new Date(named.project.created_at)) : started,
    owned_by: named.kind === 'project' ? 'pressmark' : 'local',
  });

  return {
    find,
    get: async (id: string): Promise<OpenAIModel> => described(await find(id)),
    /** Names that several projects have are left out, since they can not be asked. */
    async list(): Promise<OpenAIModel[]> {
      const all: Project[] = [];
      for await (const project of projects()) all.push(project);
      const uses = new Map<string, number>();
      for (const { name } of all) uses.set(name, (uses.get(name) ?? 0) + 1);
      const named = all.flatMap((project) => {
        const names = uses.get(project.name) === 1 && project.name !== project.id ? [project.name] : [];
        return [project.id, ...names].map((name): Named => ({ kind: 'project', id: PROJECT_PREFIX + name, project }));
      });
      return [...installed(), ...named].map(described);
    },
  };
}

export type Models = ReturnType<typeof createModels>;

function unknown(id: string): AppError {
  return new AppError('NOT_FOUND', `There is no model "${id}"; GET /v1/models lists those that can be asked.`, {
    param: 'model',
    reason: 'model_not_found',
  });
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);
