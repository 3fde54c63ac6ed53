/** What an opened library is, wherever it lies, and what opening one needs. */
import type { Keychain } from '../adapters/tokens/key-ring';
import type { Ports } from '../core/ports';
import type { LibraryRows } from '../core/ports/library-rows';
import type { Log } from '../core/ports/runtime';
import type { Rescue } from '../core/system/care';
import type { Config } from './config';
import type { ProgramPaths } from './paths';

export interface Library {
  ports: Pick<Ports, 'records' | 'vectors' | 'graph' | 'files' | 'backups' | 'signer' | 'peers'>;
  /** For moving it to another database. */
  rows: LibraryRows;
  rescue: Rescue | null;
  /** After everything that uses it. */
  close(): Promise<void>;
}

export interface Surroundings {
  config: Config;
  program: ProgramPaths;
  keychain: Keychain | null;
  log: Log;
}
