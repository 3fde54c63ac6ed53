/** A real Neo4j with a temporary home: small heap, Bolt only. It takes 6 to 11 s to start, so one serves a whole test file. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import neo4j from 'neo4j-driver';
import { serverPrograms } from '../../../scripts/setup/servers.mjs';
import { temporaryFolder } from '../server';
import { createChild, freePort, type Server, serverOf } from './child';

const HEAP = '256m';
const MODULES = ['java.nio', 'java.io', 'sun.nio.ch', 'java.util.concurrent', 'java.lang'];
/** Starts sooner, and uses one core and less memory. */
const SMALL = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** User is `neo4j`. */
export async function startNeo4j({ password = 'neo4j-password' }: { password?: string } = {}): Promise<Server & { password: string }> {
  const jars = serverPrograms().neo4j;
  if (jars === null) throw new Error('there is no Neo4j; "node scripts/setup/servers.mjs" fetches it or says why not');
  const folder = temporaryFolder();
  const port = await freePort();
  const classes = join(jars, '*');
  const conf = configure(folder.path, port);
  const env = { NEO4J_HOME: folder.path, NEO4J_CONF: conf };
  execFileSync('java', ['-Xmx128m', ...SMALL, '-cp', classes, 'org.neo4j.cli.AdminTool', 'dbms', 'set-initial-password', password], {
    env: { ...process.env, ...env },
    stdio: 'pipe',
  });
  const opened = MODULES.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`);
  const start = ['org.neo4j.server.CommunityEntryPoint', `--home-dir=${folder.path}`, `--config-dir=${conf}`, '--console-mode'];
  const child = createChild({
    name: 'Neo4j',
    command: 'java',
    args: [
      `-Xms${HEAP}`,
      `-Xmx${HEAP}`,
      ...SMALL,
      ...opened,
      '-Dlog4j2.disable.jmx=true',
      '-Dfile.encoding=UTF-8',
      '-cp',
      classes,
      ...start,
    ],
    env,
    stopSignal: 'SIGTERM',
    isReady: (output) => /INFO\s+Started\./.test(output),
  });
  await child.start();
  await warm(`bolt://127.0.0.1:${port}`, password);
  return { ...serverOf(child, { url: `bolt://127.0.0.1:${port}`, port, stopSignal: 'SIGTERM', clean: folder.remove }), password };
}

/** The first query of a fresh server takes seconds on a busy machine. */
async function warm(url: string, password: string): Promise<void> {
  const driver = neo4j.driver(url, neo4j.auth.basic('neo4j', password), {
    connectionTimeout: 60_000,
    connectionAcquisitionTimeout: 120_000,
  });
  await driver.executeQuery("CALL dbms.components() YIELD name WHERE name = 'Neo4j Kernel' RETURN name").finally(() => driver.close());
}

/** @returns the folder of the configuration */
function configure(home: string, port: number): string {
  const settings = {
    'server.default_listen_address': '127.0.0.1',
    'server.bolt.listen_address': `127.0.0.1:${port}`,
    'server.bolt.advertised_address': `127.0.0.1:${port}`,
    'server.bolt.tls_level': 'DISABLED',
    'server.http.enabled': 'false',
    'server.https.enabled': 'false',
    'server.memory.heap.initial_size': HEAP,
    'server.memory.heap.max_size': HEAP,
    'server.memory.pagecache.size': '64m',
    'db.tx_log.preallocate': 'false',
    'db.tx_log.rotation.retention_policy': '2 files',
    'dbms.usage_report.enabled': 'false',
    'dbms.security.auth_minimum_password_length': '1',
    // Else every stop waits ten seconds for silence.
    'internal.dbms.bolt.netty_server_shutdown_quiet_period': '0',
  };
  const conf = join(home, 'conf');
  for (const name of ['conf', 'data', 'logs', 'plugins', 'import', 'run']) mkdirSync(join(home, name));
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  writeFileSync(join(conf, 'neo4j.conf'), `${lines.join('\n')}\n`);
  return conf;
}
