/** The backend without any window: configuration → ports → services → doors. Runs in Electron's main process and under plain Node. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { version } from '../../package.json';
import { createDiskFiles } from '../adapters/files/disk';
import { createChatModel, createEmbeddingModel } from '../adapters/llm/pick';
import { createReaderPool } from '../adapters/readers/pool';
import { openSqliteLibrary } from '../adapters/records/sqlite/open';
import { createSqliteVecStore } from '../adapters/vectors/sqlite-vec';
import { createHttpDoor } from '../api/http';
import { serveMessagePort } from '../api/ipc';
import type { Ports } from '../core/ports';
import type { Log, Runtime } from '../core/ports/runtime';
import { createServices, type Services } from '../core/services';
import type { Config } from './config';
import { claimInstance } from './instance';
import { createLog } from './log';
import { type ProgramPaths, programPaths } from './paths';
import { publishServerFile, type Ready, readiness } from './ready';
import { installationToken } from './token';

/** A running backend. */
export interface Backend {
  services: Services;
  log: Log;
  /** Null where no door was asked for (command line). */
  ready: Ready | null;
  /** Serves the contract over one end of a message channel (Electron's or Node's). */
  connect(port: Parameters<typeof serveMessagePort>[0]): void;
  /** Finishes what must be finished and closes everything; a second call waits for the first. */
  stop(): Promise<void>;
}

/**
 * Starts the backend on `config.dataDir`.
 * @throws InstanceError when another one works there, AppError when the library is newer than this program
 */
export async function startBackend(config: Config, host: Runtime['host']): Promise<Backend> {
  mkdirSync(config.dataDir, { recursive: true });
  const release = await claimInstance(config.dataDir);
  const closers: (() => unknown)[] = [release];
  const stop = once(async () => {
    for (const close of closers.reverse()) await close();
  });
  try {
    const log = createLog(config, host === 'cli');
    const program = programPaths(__dirname);
    const ports = openPorts(config, { now: () => new Date(), id: uuid, log, version, host, data_dir: config.dataDir }, program);
    closers.push(() => closePorts(ports));
    const services = createServices(ports);
    await ports.files.sweep();
    await services.start();
    closers.push(() => services.stop());
    const ready = host === 'cli' ? null : await openDoor(config, services, program, log, closers);
    return { services, log, ready, stop, connect: (port) => serveMessagePort(port, services, log) };
  } catch (error) {
    await stop();
    throw error;
  }
}

function openPorts(config: Config, runtime: Runtime, program: ProgramPaths): Ports {
  const { log } = runtime;
  const { modelsDir } = config;
  const { records, database } = openSqliteLibrary({ path: join(config.dataDir, 'library.sqlite'), migrationsDir: program.migrations, log });
  return {
    runtime,
    records,
    vectors: createSqliteVecStore(database.sql),
    reader: createReaderPool({ workerPath: join(program.workers, 'parse-worker.cjs'), size: 1, log }),
    files: createDiskFiles(join(config.dataDir, 'files')),
    chat: createChatModel({ choice: config.chatModel, modelsDir, log }),
    embedding: createEmbeddingModel({
      choice: config.embeddingModel,
      modelsDir,
      workerPath: join(program.workers, 'embed-worker.cjs'),
      log,
    }),
  };
}

async function closePorts({ reader, chat, embedding, records }: Ports): Promise<void> {
  await Promise.allSettled([reader.close(), chat.close(), embedding.close()]);
  await records.close();
}

async function openDoor(config: Config, services: Services, program: ProgramPaths, log: Log, closers: (() => unknown)[]): Promise<Ready> {
  const token = installationToken(config.dataDir);
  const door = createHttpDoor({ services, token, version, rendererDir: program.renderer, log });
  closers.push(() => door.close());
  const { url } = await door.listen(config.host, config.port);
  const ready = readiness({ url, token, version });
  closers.push(publishServerFile(config.dataDir, ready));
  log.info('serving', { url, startup_ms: ready.startup_ms });
  return ready;
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | null = null;
  return () => {
    closing ??= close();
    return closing;
  };
}
