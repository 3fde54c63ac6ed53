/** The log: electron-log to `DATA_DIR/logs/`, a JSON object a line, and to stderr (stdout belongs to the ready line and to answers). */
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import electronLog from 'electron-log/node';
import type { Log } from '../core/ports/runtime';
import type { Config } from './config';

type LogLevel = Config['logLevel'];

/** Its level can be changed while it runs. */
export interface AdjustableLog extends Log {
  setLevel(level: LogLevel): void;
}

const FILE_BYTES = 5 * 1024 * 1024;
const OLDER_FILES = 4;

/** Never give it document text or tokens. `quiet` keeps stderr for warnings. */
export function createLog(config: Pick<Config, 'dataDir' | 'logLevel'>, quiet = false): AdjustableLog {
  const { transports, debug, info, warn, error } = electronLog.create({ logId: config.dataDir });
  const { file, console } = transports;
  file.resolvePathFn = () => join(config.dataDir, 'logs', 'pressmark.log');
  file.maxSize = FILE_BYTES;
  file.writeOptions = { flag: 'a', mode: 0o600, encoding: 'utf8' };
  file.archiveLogFn = ({ path }) => rotate(path);
  file.format = ({ message: { date, level, data } }) => [
    JSON.stringify({ time: date.toISOString(), level, message: data[0], ...facts(data) }),
  ];
  console.format = ({ message: { date, level, data } }) => {
    const more = Object.keys(facts(data)).length > 0 ? ` ${JSON.stringify(facts(data))}` : '';
    return [`${date.toISOString().slice(11, 19)} ${level} ${data[0]}${more}`];
  };
  console.writeFn = ({ message }) => {
    process.stderr.write(`${message.data.join(' ')}\n`);
  };
  const setLevel = (level: LogLevel) => {
    file.level = level;
    console.level = quiet ? 'warn' : level;
  };
  setLevel(config.logLevel);
  return { setLevel, debug, info, warn, error };
}

const facts = (data: unknown[]): object => (typeof data[1] === 'object' && data[1] !== null ? data[1] : {});

/** pressmark.log becomes pressmark.log.1, that one .2, and so on; the oldest goes. */
function rotate(path: string): void {
  rmSync(`${path}.${OLDER_FILES}`, { force: true });
  for (let number = OLDER_FILES - 1; number >= 1; number -= 1) move(`${path}.${number}`, `${path}.${number + 1}`);
  move(path, `${path}.1`);
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // Not there yet, or held by a reader on Windows: the log goes on in the same file.
  }
}
