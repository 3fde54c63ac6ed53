/** What the bus says to other agents: which groups of operations serve, and their contracts. */
import { join } from 'node:path';
import { openapiDocument } from '../openapi/document';
import { writeJson } from './files';
import { endpointOf, isPublic, OPERATIONS } from './operation';

/** Pressmark offers its API before others build on it. */
const STAGE = 'Stage1';

export interface Serving {
  url: string;
  version: string;
  pid: number;
}

const publicOperations = OPERATIONS.filter(isPublic);
export const GROUPS: readonly string[] = [...new Set(publicOperations.map(({ group }) => group))];

export const readySignal = (group: string): string => `ready/${group}.json`;
const contractFile = (group: string): string => `contracts/${STAGE}-api-${group}.json`;

/** One file a group: it serves, or it has stopped. */
export async function publishReady(folder: string, serving: Serving, status: 'ready' | 'stopped'): Promise<void> {
  const timestamp = new Date().toISOString();
  for (const service of GROUPS) {
    const endpoints = publicOperations.filter(({ group }) => group === service).map(endpointOf);
    await writeJson(join(folder, readySignal(service)), {
      ...{ service, stage: STAGE, status, ...serving, contract: contractFile(service) },
      ...{ endpoints, timestamp },
    });
  }
}

/** One OpenAPI document a group, complete in itself. */
export async function publishContracts(folder: string, { url, version }: Serving): Promise<void> {
  const whole = (await openapiDocument(version)) as unknown as OpenApi;
  for (const group of GROUPS) {
    const wanted = publicOperations.filter((each) => each.group === group);
    await writeJson(join(folder, contractFile(group)), partOf(whole, wanted, { title: `Pressmark: ${group}`, url }));
  }
}

type Json = Record<string, unknown>;

interface OpenApi extends Json {
  info: Json;
  tags?: { name: string }[];
  paths: Record<string, Json>;
  components: Json & { schemas: Json };
}

function partOf(whole: OpenApi, wanted: readonly { method: string; path: string }[], { title, url }: { title: string; url: string }): Json {
  const paths: Record<string, Json> = {};
  for (const { method, path } of wanted) {
    const operation = whole.paths[path]?.[method.toLowerCase()];
    if (operation !== undefined) paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  const { schemas: all, ...further } = whole.components;
  const names = referenced({ paths, further }, all);
  const schemas = Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
  const info = { ...whole.info, title };
  const tags = whole.tags?.filter(({ name }) => JSON.stringify(paths).includes(`"tags":["${name}"]`));
  return { ...whole, info, servers: [{ url }], tags, paths, components: { ...further, schemas } };
}

/** Names of the schemas that a part of the document leads to, by way of others too. */
function referenced(from: unknown, schemas: Json, names = new Set<string>()): Set<string> {
  for (const [, name = ''] of JSON.stringify(from).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    if (names.has(name)) continue;
    names.add(name);
    referenced(schemas[name] ?? {}, schemas, names);
  }
  return names;
}
