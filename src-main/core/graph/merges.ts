/** Merging entities: what looks alike is suggested, what a person decides is kept and can be undone. */
import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Entity } from '../../contract/graph';
import type { Merge, Suggestion } from '../../contract/graph-merges';
import type { Page } from '../../contract/shared';
import { AppError, notFound } from '../errors';
import type { Ports } from '../ports';
import type { SuggestedPair } from '../ports/graph';
import type { GraphBuilder } from './builder';
import { pageFrom } from './communities';
import { keyOf } from './extract/names';
import { keptByRevision, unavailable } from './groups';

/** The most mentioned ones; among more, a suggestion would say little. */
const COMPARED = 20_000;
const STEP = 500;

/** `pair`: how it is known when it is dismissed. */
type Known = SuggestedPair & { pair: string };

interface PageOf {
  id: string;
  limit: number;
  cursor?: string | undefined;
}

export class GraphMerges {
  private readonly pairsOf;

  constructor(
    private readonly ports: Ports,
    private readonly builder: GraphBuilder,
  ) {
    this.pairsOf = keptByRevision(ports, (project_id) => findPairs(ports, project_id));
  }

  async suggestions({ id, ...page }: PageOf): Promise<Page<Suggestion>> {
    const { items, next_cursor } = pageFrom(await this.open(id), page);
    const shown = await Promise.all(items.map((pair) => this.shown(id, pair)));
    return { items: shown.filter((one) => one !== null), next_cursor };
  }

  async dismiss({ id, suggestion_id }: { id: string; suggestion_id: string }): Promise<{ id: string; dismissed: true }> {
    const found = (await this.open(id)).find(({ pair }) => pair === suggestion_id);
    if (!found) throw notFound('suggestion', suggestion_id);
    await this.ports.graph.dismiss(id, found.pair);
    return { id: suggestion_id, dismissed: true };
  }

  async list({ id, ...page }: PageOf): Promise<Page<Merge>> {
    await this.requireProject(id);
    return this.ports.graph.merges(id, page);
  }

  async merge({ id, entity_id, into_id }: { id: string; entity_id: string; into_id: string }): Promise<Merge> {
    await this.requireProject(id);
    if (entity_id === into_id && (await this.ports.graph.entity(id, entity_id))) {
      throw new AppError('VALIDATION_FAILED', 'An entity cannot be merged into itself; name another one.', { field: 'into_id' });
    }
    return this.ports.graph.merge({ project_id: id, from: entity_id, into: into_id });
  }

  async undo({ id, merge_id }: { id: string; merge_id: string }): Promise<{ id: string; deleted: true }> {
    await this.requireProject(id);
    if (!(await this.ports.graph.unmerge(id, merge_id))) throw notFound('merge', merge_id);
    this.builder.readAgain();
    return { id: merge_id, deleted: true };
  }

  /** Those that were not dismissed. */
  private async open(project_id: string): Promise<Known[]> {
    await this.requireProject(project_id);
    const dismissed = new Set(await this.ports.graph.dismissals(project_id));
    return (await this.pairsOf(project_id)).filter(({ pair }) => !dismissed.has(pair));
  }

  private async shown(project_id: string, { from, into, pair, reason, score }: Known): Promise<Suggestion | null> {
    const [entity, other] = await Promise.all([from, into].map((id) => this.ports.graph.entity(project_id, id)));
    return entity && other ? { id: pair, entity, into: other, reason, score } : null;
  }

  private async requireProject(id: string): Promise<void> {
    if (!(await this.ports.records.projects.exists(id))) throw notFound('project', id);
  }
}

async function findPairs({ graph, graphReader }: Ports, project_id: string): Promise<Known[]> {
  const names = new Map<string, Entity>();
  for (let cursor: string | undefined; names.size < COMPARED; await breathe()) {
    const page = await graph.entities({ project_id, limit: STEP, cursor, sort: '-mentions' });
    for (const entity of page.items) names.set(entity.id, entity);
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  const given = [...names.values()].map(({ id, name, type, mentions }) => ({ id, name, type, mentions }));
  const pairs = await graphReader.pairs(given).catch(unavailable);
  return pairs.map((pair) => ({ ...pair, pair: pairOf(names.get(pair.from), names.get(pair.into)) }));
}

/** By name and type, so that it is the same when a document is read again. */
function pairOf(a: Entity | undefined, b: Entity | undefined): string {
  const named = [a, b].map((entity) => `${entity?.type} ${keyOf(entity?.name ?? '')}`).sort();
  return createHash('sha256').update(named.join('\n')).digest('hex').slice(0, 32);
}
