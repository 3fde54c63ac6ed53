/** The servers of the tests themselves: they keep their data over a SIGKILL, and the proxy does what its modes say. */
import neo4j from 'neo4j-driver';
import { Client } from 'pg';
import { afterEach, expect, it } from 'vitest';
import { startChroma } from './servers/chroma';
import { startNeo4j } from './servers/neo4j';
import { startPostgres } from './servers/postgres';
import { startProxy } from './servers/proxy';

const open: { remove(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.remove();
});

function kept<T extends { remove(): Promise<void> }>(part: T): T {
  open.push(part);
  return part;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

it('PostgreSQL', async () => {
  const server = kept(await startPostgres());
  await query(server.url, 'create table kept as select 1 as n');
  await server.kill();
  await expect(query(server.url, 'select 1')).rejects.toThrow();
  await server.restart();
  expect(await query(server.url, 'select n from kept')).toEqual([{ n: 1 }]);
  await expect(query(server.createDatabase(), 'select n from kept')).rejects.toThrow(/does not exist/);
});

it('Chroma, with a token', async () => {
  const server = kept(await startChroma({ token: 'secret' }));
  const status = async (headers: Record<string, string>) => (await fetch(`${server.url}/api/v2/auth/identity`, { headers })).status;
  expect(await status({})).toBe(401);
  expect(await status({ 'x-chroma-token': 'secret' })).toBe(200);
  await server.restart();
  expect(await status({ authorization: 'Bearer secret' })).toBe(200);
});

it('Neo4j, and the proxy before it', { timeout: 240_000 }, async () => {
  const server = kept(await startNeo4j());
  const proxy = kept(await startProxy(server.url));
  const names = async (limitMs = 30_000) => {
    const driver = neo4j.driver(proxy.url, neo4j.auth.basic('neo4j', server.password), {
      connectionTimeout: limitMs,
      connectionAcquisitionTimeout: limitMs,
      maxTransactionRetryTime: limitMs,
    });
    try {
      await driver.executeQuery("MERGE (n:Kept {name: 'one'})");
      const { records } = await driver.executeQuery('MATCH (n:Kept) RETURN n.name AS name');
      return records.map((record) => record.get('name'));
    } finally {
      await driver.close();
    }
  };
  expect(await names()).toEqual(['one']);
  for (const mode of ['refuse', 'cut', 'stall'] as const) {
    await proxy.mode(mode);
    await expect(names(2000), mode).rejects.toThrow();
  }
  await proxy.mode('pass');
  await server.kill();
  await server.restart();
  expect(await names()).toEqual(['one']);
});
