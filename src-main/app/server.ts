/** Headless host: the same backend under plain Node, without Electron. Prints the ready line on stdout and nothing else. */
import { startBackend } from './backend';
import { readConfig } from './config';
import { exitWith, stopOnSignals } from './exit';

async function main(): Promise<void> {
  const { config } = readConfig(process.argv.slice(2), process.env);
  const backend = await startBackend(config, 'headless');
  stopOnSignals(backend.stop);
  process.stdout.write(`${JSON.stringify(backend.ready)}\n`);
}

main().catch(exitWith);
