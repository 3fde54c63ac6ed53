/** Questions to the knowledge graph; every relation comes with the sentences that say it. */
import type { Entity, GraphOverview, GraphPath, Neighbourhood, Relation, RelationType } from '../../contract/graph';
import type { GraphMap, Theme } from '../../contract/graph-view';
import type { Page } from '../../contract/shared';
import { notFound } from '../errors';
import type { Ports } from '../ports';
import type { GraphPart } from '../ports/graph';
import type { ListQuery } from '../ports/records';
import { communitiesPage } from './communities';
import { sentencesAt, withEvidence } from './evidence';
import { exportGraph } from './export';
import { createGroups, type FindGroups } from './groups';
import { mapOf } from './map';
import { namedIn } from './named';
import { createThemes } from './themes';

/** Entities that a question is taken to name. */
const NAMED = 20;

/** `evidence`: sentences for each relation at most. */
interface Walk {
  depth: number;
  limit: number;
  evidence: number;
}

interface PageOf {
  limit: number;
  cursor?: string | undefined;
}

/** Everywhere `id` is the project's; an entity of another project is not there. */
export class Graph {
  private readonly groups: FindGroups;
  private readonly pageOfThemes;

  constructor(private readonly ports: Ports) {
    this.groups = createGroups(ports);
    this.pageOfThemes = createThemes(ports, this.groups);
  }

  async overview(project_id: string): Promise<GraphOverview> {
    await this.requireProject(project_id);
    const counts = await this.ports.graph.counts(project_id, this.ports.graphReader.rules);
    return { project_id, ...counts, complete: counts.chunks_done >= counts.chunks };
  }

  async entities({ id, ...query }: ListQuery & { id: string; type?: Entity['type'] | undefined }): Promise<Page<Entity>> {
    await this.requireProject(id);
    return this.ports.graph.entities({ ...query, project_id: id });
  }

  async entity({ id, entity_id, ...page }: PageOf & { id: string; entity_id: string }) {
    const { graph } = this.ports;
    const entity = await this.requireEntity(id, entity_id);
    const { items, next_cursor } = await graph.mentions(entity_id, page);
    const documents = await graph.documents(entity_id);
    return { ...entity, documents, evidence: await sentencesAt(this.ports, items), next_cursor };
  }

  async relations({
    id,
    evidence,
    ...query
  }: ListQuery & { id: string; entity_id?: string | undefined; type?: RelationType | undefined; evidence: number }): Promise<
    Page<Relation>
  > {
    if (query.entity_id === undefined) await this.requireProject(id);
    else await this.requireEntity(id, query.entity_id);
    const { items, next_cursor } = await this.ports.graph.relations({ ...query, project_id: id });
    return { items: await withEvidence(this.ports, items, evidence), next_cursor };
  }

  async neighbours({ id, entity_id, depth, limit, evidence }: Walk & { id: string; entity_id: string }): Promise<Neighbourhood> {
    await this.requireEntity(id, entity_id);
    return this.shown(await this.ports.graph.around({ project_id: id, from: [entity_id], depth, limit }), evidence);
  }

  async path({
    id,
    from,
    to,
    max_depth,
    evidence,
  }: {
    id: string;
    from: string;
    to: string;
    max_depth: number;
    evidence: number;
  }): Promise<GraphPath> {
    for (const end of [from, to]) await this.requireEntity(id, end);
    const found = await this.ports.graph.path({ project_id: id, from, to, max_depth });
    if (!found) return { found: false, entities: [], relations: [] };
    return { found: true, entities: found.entities, relations: await withEvidence(this.ports, found.relations, evidence) };
  }

  async communities({ id, ...page }: PageOf & { id: string }) {
    await this.requireProject(id);
    return communitiesPage(this.ports, this.groups, id, page);
  }

  async themes({ id, ...page }: PageOf & { id: string }): Promise<Page<Theme>> {
    await this.requireProject(id);
    return this.pageOfThemes(id, page);
  }

  async map(wanted: { id: string; limit: number; edges: number; type?: Entity['type'] | undefined }): Promise<GraphMap> {
    await this.requireProject(wanted.id);
    return mapOf(this.ports, await this.groups(wanted.id), wanted);
  }

  /** Pieces of the file; the project is there when the first one is. */
  async export({ id, format }: { id: string; format: 'graphml' | 'json' }): Promise<AsyncGenerator<string>> {
    await this.requireProject(id);
    return exportGraph(this.ports, id, format);
  }

  async subgraph({ id, query, depth, limit, evidence }: Walk & { id: string; query: string }): Promise<Neighbourhood> {
    await this.requireProject(id);
    const named = await namedIn(this.ports, id, query, NAMED);
    if (named.length === 0) return { entities: [], relations: [], truncated: false };
    const from = named.map((entity) => entity.id);
    return this.shown(await this.ports.graph.around({ project_id: id, from, depth, limit }), evidence);
  }

  private async shown({ relations, ...part }: GraphPart, evidence: number): Promise<Neighbourhood> {
    return { ...part, relations: await withEvidence(this.ports, relations, evidence) };
  }

  private async requireProject(id: string): Promise<void> {
    if (!(await this.ports.records.projects.exists(id))) throw notFound('project', id);
  }

  private async requireEntity(project_id: string, id: string): Promise<Entity> {
    await this.requireProject(project_id);
    const entity = await this.ports.graph.entity(project_id, id);
    if (!entity) throw notFound('entity', id);
    return entity;
  }
}
