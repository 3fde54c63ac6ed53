/** The graph as a whole over HTTP: its map, its themes, its file; two entities made one and two again; the chat model reading for it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Entity, GraphOverview, Relation } from '../../src-main/contract/graph';
import type { DeepEstimate, DeepRun } from '../../src-main/contract/graph-deep';
import type { Merge, Suggestion } from '../../src-main/contract/graph-merges';
import type { GraphMap, Theme } from '../../src-main/contract/graph-view';
import { runPythonCommand } from '../support/python';
import { temporaryFolder } from '../support/server';
import { type Library, openLibrary, uploadTexts } from './library';

const FIRST = `Mr. Edmund Thornbury met Clara Hale & "the <Circle>" in Whitcombe. Clara Hale wrote to Josiah Pell in Harrow Hill. Edmund Thornbury paid Josiah
Pell in Whitcombe. Northwind Analytics Ltd was founded by Maria Lindqvist in London. Maria Lindqvist met Clara Hale in London.
Brown & Sons Ltd was founded by Josiah Pell in Harrow Hill.`;
const SECOND = `Last year Northwind Analytics worked with Clara Hale. Old J. Pell lives in Harrow Hill, and J. Pell met Maria Lindqvist and Clara Hale in Whitcombe.`;

let library: Library;
let server: Library['server'];
let project_id: string;
const get = async <T>(path: string): Promise<T> => (await server.get<T>(`/api/projects/${project_id}/graph${path}`)).body.data;
const send = <T>(method: string, path: string, body?: unknown) =>
  server.request<T>(method, `/api/projects/${project_id}/graph${path}`, body);
const items = async <T>(path: string): Promise<T[]> => (await get<{ items: T[] }>(path)).items;
const exported = (format: string) =>
  fetch(new URL(`/api/projects/${project_id}/graph/export?format=${format}`, server.ready.url), {
    headers: { authorization: `Bearer ${server.ready.token}` },
  });
const everything = async () => ({
  entities: (await items<Entity>('/entities?limit=200&sort=created_at')).map(({ updated_at: _at, ...entity }) => entity),
  relations: await items<Relation>('/relations?limit=200&evidence=5&sort=created_at'),
});

beforeAll(async () => {
  library = await openLibrary();
  server = library.server;
  project_id = (await server.createProject('Whole')).id;
  const { body } = await uploadTexts(server, project_id, { 'first.txt': FIRST, 'second.txt': SECOND });
  await Promise.all(body.data.items.map(({ document }) => server.waitFor(document?.id ?? '')));
  await vi.waitFor(async () => expect(await get<GraphOverview>('')).toMatchObject({ complete: true, chunks: 2 }), {
    timeout: 60_000,
    interval: 200,
  });
}, 120_000);
afterAll(() => library.close());

describe('the whole graph', () => {
  it('is a map in columns', async () => {
    const map = await get<GraphMap>('/map?limit=100');
    const nodes = map.ids.length;
    expect(nodes).toBe((await get<GraphOverview>('')).entities);
    for (const column of [map.names, map.types, map.mentions, map.degrees, map.communities]) expect(column).toHaveLength(nodes);
    expect(map.sources.length).toBeGreaterThan(3);
    for (const column of [map.targets, map.relation_types, map.weights]) expect(column).toHaveLength(map.sources.length);
    expect(Math.max(...map.sources, ...map.targets)).toBeLessThan(nodes);
    expect(map.degrees.reduce((sum, degree) => sum + degree, 0)).toBe(2 * map.sources.length);
    expect(await get<GraphMap>('/map?limit=2&edges=1')).toMatchObject({ truncated: true, ids: { length: 2 } });
  });

  it('has themes with their documents', async () => {
    const [theme] = await items<Theme>('/themes');
    expect(theme?.size).toBeGreaterThan(2);
    expect(theme?.documents.length).toBeGreaterThan(0);
    expect(theme?.name).toContain(theme?.entities[0]?.name ?? 'no name');
  });

  it('is a file: JSON with evidence, GraphML that is whole', async () => {
    const json = await exported('json');
    const told = (await json.json()) as { entities: Entity[]; relations: Relation[] };
    expect(told.entities.map(({ id }) => id).sort()).toEqual((await everything()).entities.map(({ id }) => id).sort());
    expect(told.relations.every(({ evidence }) => evidence.length > 0)).toBe(true);
    const graphml = await exported('graphml');
    expect(graphml.headers.get('content-type')).toContain('graphml');
    const text = await graphml.text();
    const { code, output } = await parsed(text);
    expect(code, output).toBe(0);
    const { nodes, edges, values } = JSON.parse(output) as { nodes: string[]; edges: [string, string][]; values: string[] };
    expect(nodes.sort()).toEqual(told.entities.map(({ id }) => id).sort());
    const pairs = (ends: [string, string][]) => ends.map((pair) => pair.join(' ')).sort();
    expect(pairs(edges)).toEqual(pairs(told.relations.map(({ source, target }) => [source, target])));
    for (const { name } of told.entities) expect(values).toContain(name);
    expect(values.some((value) => value.includes('&'))).toBe(true);
    expect((await exported('dot')).status).toBe(422);
  });
});

/** As a program of others reads it: with Python's own XML parser. */
async function parsed(graphml: string) {
  const folder = temporaryFolder();
  try {
    const path = join(folder.path, 'graph.graphml');
    writeFileSync(path, graphml);
    return await runPythonCommand('python', ['-c', READ_GRAPHML, path]);
  } finally {
    folder.remove();
  }
}

const READ_GRAPHML = `
import json, sys
from xml.etree import ElementTree
root = ElementTree.parse(sys.argv[1]).getroot()
ns = root.tag[:root.tag.index('}') + 1]
nodes = [node.get('id') for node in root.iter(ns + 'node')]
edges = [[edge.get('source'), edge.get('target')] for edge in root.iter(ns + 'edge')]
print(json.dumps({'nodes': nodes, 'edges': edges, 'values': [data.text or '' for data in root.iter(ns + 'data')]}))
`;

describe('two that are one', () => {
  it('are suggested, merged, and apart again as they were', async () => {
    const before = await everything();
    const suggested = await items<Suggestion>('/suggestions');
    const pell = suggested.find(({ reason }) => reason === 'initials');
    expect([pell?.entity.name, pell?.into.name]).toEqual(['J. Pell', 'Josiah Pell']);
    const { status, body } = await send<Merge>('POST', '/merges', { entity_id: pell?.entity.id, into_id: pell?.into.id });
    expect([status, body.data.into.entity_id]).toEqual([201, pell?.into.id]);
    const merged = (await everything()).entities;
    expect(merged.find(({ name }) => name === 'Josiah Pell')?.aliases).toContain('J. Pell');
    expect(merged.some(({ name }) => name === 'J. Pell')).toBe(false);
    expect(await items<Merge>('/merges')).toHaveLength(1);
    expect((await send('DELETE', `/merges/${body.data.id}`)).status).toBe(200);
    expect(await everything()).toEqual(before);
  });

  it('are not suggested once that was denied', async () => {
    const form = (await items<Suggestion>('/suggestions')).find(({ reason }) => reason === 'legal_form');
    expect(form?.into.name).toBe('Northwind Analytics Ltd');
    expect((await send('POST', `/suggestions/${form?.id}/dismiss`)).status).toBe(200);
    expect((await items<Suggestion>('/suggestions')).map(({ id }) => id)).not.toContain(form?.id);
  });
});

describe('deep extraction', () => {
  it('is estimated, reads everything, and says only what stands there', async () => {
    const { body } = await send<DeepEstimate>('POST', '/deep/estimate', {});
    expect(body.data).toMatchObject({ chunks: 2, chunks_cached: 0, basis: 'assumed' });
    expect(body.data.prompt_tokens).toBeGreaterThan(100);
    expect((await send<DeepRun>('POST', '/deep', {})).status).toBe(202);
    await vi.waitFor(async () => expect(await get<DeepRun>('/deep')).toMatchObject({ state: 'done', chunks_done: 2 }), {
      timeout: 150_000,
      interval: 500,
    });
    expect((await send<DeepEstimate>('POST', '/deep/estimate', {})).body.data).toMatchObject({
      chunks_cached: 2,
      basis: 'measured',
      minutes: 0,
    });
    for (const relation of (await everything()).relations.filter(({ origin }) => origin === 'deep')) {
      expect(relation.evidence.length).toBeGreaterThan(0);
      expect(relation.source).not.toBe(relation.target);
    }
  }, 180_000);

  it('can be paused, resumed and ended only while it is under way', async () => {
    for (const what of ['pause', 'resume', 'cancel']) expect((await send('POST', `/deep/${what}`, {})).status, what).toBe(409);
  });
});
