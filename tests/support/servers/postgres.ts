/** A real PostgreSQL with a temporary cluster. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverPrograms } from '../../../scripts/setup/servers.mjs';
import { temporaryFolder } from '../server';
import { createChild, freePort, type Server, serverOf, wrapped } from './child';

const USER = 'pressmark';
const PASSWORD = 'p@ss:w/rd';

export interface PostgresServer extends Server {
  /** A new empty database of this server; returns its URL. */
  createDatabase(): string;
}

/** No crash of the machine is tested, only of programs: nothing needs to be flushed. */
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'fsync=off',
  'full_page_writes=off',
  'shared_buffers=32MB',
  'max_connections=80',
];

export async function startPostgres(): Promise<PostgresServer> {
  const programs = serverPrograms().postgres;
  if (programs === null) throw new Error('there is no PostgreSQL; "npm test" installs it or says how');
  const folder = temporaryFolder();
  const user = process.getuid?.() === 0 ? 'postgres' : undefined;
  const data = makeCluster(programs, folder.path, user);
  const port = await freePort();
  const client = { ...process.env, PGPASSWORD: PASSWORD };
  const address = ['-h', '127.0.0.1', '-p', String(port), '-U', USER];
  const psql = (...words: string[]) => execFileSync(join(programs, 'psql'), [...address, '-qAt', ...words], { env: client, stdio: 'pipe' });
  const child = createChild({
    name: 'PostgreSQL',
    command: join(programs, 'postgres'),
    args: ['-D', data, '-p', String(port), ...SETTINGS.flatMap((setting) => ['-c', setting])],
    user,
    stopSignal: 'SIGINT',
    isReady: (output) => output.includes('ready to accept connections'),
  });
  await child.start();
  const urlOf = (database: string) => `postgres://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`;
  const createDatabase = () => {
    const name = `test_${randomUUID().slice(0, 8)}`;
    psql('-d', 'postgres', '-c', `create database ${name}`);
    return urlOf(name);
  };
  return { ...serverOf(child, { url: createDatabase(), port, stopSignal: 'SIGINT', clean: folder.remove }), createDatabase };
}

/** PostgreSQL refuses to run as root, so its files belong to the user that Debian's package made. */
function makeCluster(programs: string, folder: string, user: string | undefined): string {
  const data = join(folder, 'data');
  const secret = join(folder, 'password');
  writeFileSync(secret, PASSWORD);
  if (user)
    for (const path of [folder, secret])
      chownSync(path, Number(execFileSync('id', ['-u', user])), Number(execFileSync('id', ['-g', user])));
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'en_US.UTF-8';
  const words = [
    '-D',
    data,
    '-U',
    USER,
    '--auth=scram-sha-256',
    `--pwfile=${secret}`,
    '--encoding=UTF8',
    `--locale=${locale}`,
    '--no-sync',
  ];
  const [command, args] = wrapped(join(programs, 'initdb'), words, user);
  execFileSync(command, args, { stdio: 'pipe' });
  return data;
}
