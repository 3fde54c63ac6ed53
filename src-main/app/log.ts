/** The log: electron-log to `DATA_DIR/logs/` and to stderr (stdout belongs to the ready line and to answers). */
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

/** One line a message, facts as JSON. Never give it document text or tokens. `quiet` keeps stderr for warnings. */
export function createLog(config: Pick<Config, 'dataDir' | 'logLevel'>, quiet = false): AdjustableLog {
  const logger = electronLog.create({ logId: config.dataDir });
  logger.transports.file.resolvePathFn = () => join(config.dataDir, 'logs', 'pressmark.log');
  logger.transports.file.maxSize = FILE_BYTES;
  logger.transports.file.format = '{iso} {level} {text}';
  logger.transports.console.writeFn = ({ message }) => {
    process.stderr.write(`${message.data.join(' ')}\n`);
  };
  logger.transports.console.format = '{h}:{i}:{s} {level} {text}';
  const setLevel = (level: LogLevel) => {
    logger.transports.file.level = level;
    logger.transports.console.level = quiet ? 'warn' : level;
  };
  setLevel(config.logLevel);
  const line = (message: string, facts?: Record<string, unknown>) => (facts ? `${message} ${JSON.stringify(facts)}` : message);
  return {
    setLevel,
    debug: (message, facts) => logger.debug(line(message, facts)),
    info: (message, facts) => logger.info(line(message, facts)),
    warn: (message, facts) => logger.warn(line(message, facts)),
    error: (message, facts) => logger.error(line(message, facts)),
  };
}
