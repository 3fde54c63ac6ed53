/** The backend without any window: configuration → ports → services → doors. Runs in Electron's main process and under plain Node. */
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { version } from '../../package.json';
import { openProject } from '../adapters/backup/project-read';
import { writeProject } from '../adapters/backup/project-write';
import { createLocalFolders } from '../adapters/folders/local';
import { createGraphReader } from '../adapters/graph/reader';
import { createReaderPool } from '../adapters/readers/pool';
import type { Keychain } from '../adapters/tokens/key-ring';
import { openSecrets } from '../adapters/tokens/secrets';
import { type Api, createApi } from '../api/api';
import { createHttpDoor } from '../api/http';
import { serveMessagePort } from '../api/ipc';
import type { Ports } from '../core/ports';
import type { Log, Runtime } from '../core/ports/runtime';
import { createServices, type Services } from '../core/services';
import { type Config, ConfigError } from './config';
import { openDataFolder } from './data-folder';
import { claimInstance } from './instance';
import type { Library, Surroundings } from './library';
import { createLog } from './log';
import { withMirrors } from './mirrors';
import { fixedSettings, openModels } from './models';
import { refuseUnfinishedMove } from './moved';
import { openLibrary } from './open-library';
import { type ProgramPaths, programPaths } from './paths';
import { publishServerFile, type Ready, readiness } from './ready';

/** A running backend. */
export interface Backend {
  services: Services;
  log: Log;
  /** For hosts with a door of their own. */
  api: Api;
  /** Null where no door was asked for (command line). */
  ready: Ready | null;
  /** Serves the contract over one end of a message channel (Electron's or Node's). */
  connect(port: Parameters<typeof serveMessagePort>[0]): void;
  /** Finishes what must be finished and closes everything; a second call waits for the first. */
  stop(): Promise<void>;
}

/**
 * Starts the backend on `config.dataDir`.
 * @param keychain where the host has one: keeps the key that signs tokens
 * @throws InstanceError when another one works there, AppError when the library is newer than this program
 */
export async function startBackend(config: Config, host: Runtime['host'], keychain: Keychain | null = null): Promise<Backend> {
  openDataFolder(config.dataDir);
  const release = await claimInstance(config.dataDir);
  const closers: (() => unknown)[] = [release];
  const stop = once(async () => {
    for (const close of closers.reverse()) await close();
  });
  try {
    const log = createLog(config, host === 'cli');
    const program = programPaths(__dirname);
    const runtime: Runtime = { now: () => new Date(), id: uuid, log, version, host, data_dir: config.dataDir };
    const around = { config, program, keychain, log };
    const library = await openLibrary(around);
    closers.push(() => library.close());
    await refuseUnfinishedMove(library);
    const ports = openPorts(around, library, runtime);
    closers.push(() => closePorts(ports));
    const services = createServices(ports, fixedSettings(config), library.rescue);
    if (library.rescue) await services.documents.takeInWhatIsLeft();
    await ports.backups.sweep();
    await services.start();
    services.settings.onChange(({ log_level }) => log.setLevel(log_level));
    closers.push(() => services.stop());
    const api = createApi(services, log, config.checkAnswers);
    const ready = host === 'cli' ? null : await openDoor(config, api, program, closers);
    if (ready && config.busDir !== null) closers.push(await openBus(config.busDir, ready, api));
    return { services, log, api, ready, stop, connect: (port) => serveMessagePort(port, api) };
  } catch (error) {
    await stop();
    throw error;
  }
}

function openPorts({ config, program, keychain, log }: Surroundings, { ports }: Library, runtime: Runtime): Ports {
  const { workers } = program;
  return {
    ...ports,
    runtime,
    secrets: openSecrets(config.dataDir, keychain, log),
    ...withMirrors(ports, config.team, runtime),
    graphReader: createGraphReader({ workerPath: join(workers, 'graph-worker.cjs') }),
    reader: createReaderPool({ workerPath: join(workers, 'parse-worker.cjs'), size: 1, log }),
    folders: createLocalFolders(config.dataDir),
    projectArchives: { write: writeProject, open: openProject },
    ...openModels(config, join(workers, 'embed-worker.cjs'), log),
  };
}

async function closePorts({ reader, graphReader, engines, vectors }: Ports): Promise<void> {
  await Promise.allSettled([reader.close(), graphReader.close(), engines.close(), vectors.close()]);
}

async function openDoor(config: Config, api: Api, program: ProgramPaths, closers: (() => unknown)[]): Promise<Ready> {
  const { services, log } = api;
  const token = await services.tokens.installation();
  const door = createHttpDoor({ api, version, rendererDir: program.renderer });
  closers.push(() => door.close());
  const { url } = await door.listen(config.host, config.port);
  const ready = readiness({ url, token, version });
  closers.push(publishServerFile(config.dataDir, ready));
  services.tokens.onInstallation((renewed) => {
    ready.token = renewed;
    publishServerFile(config.dataDir, ready);
  });
  log.info('serving', { url, startup_ms: ready.startup_ms });
  return ready;
}

/** @returns its end */
async function openBus(folder: string, ready: Ready, { router, log }: Api): Promise<() => Promise<void>> {
  const { startBus } = await import('../api/bus/bus');
  const { url, pid } = ready;
  try {
    const bus = await startBus({ router, log, folder, serving: { url, version, pid } });
    log.info('agent bus', { folder });
    return () => bus.stop();
  } catch (error) {
    throw new ConfigError(`--bus ${folder}: cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | null = null;
  return () => {
    closing ??= close();
    return closing;
  };
}
