/** MCP over stdio: for agent clients that launch their tools. Stdout holds the protocol and nothing else. */
import { Console } from 'node:console';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { readConfig } from './config';
import { exitWith, stopOnSignals } from './exit';
import { Bridge } from './mcp/bridge';
import { openLink } from './mcp/link';

/** Answers that are still being made when stdin closes may take this long, so that piped questions are answered. */
const LAST_ANSWERS_MS = 10_000;

async function main(): Promise<void> {
  globalThis.console = new Console(process.stderr, process.stderr);
  const { config } = readConfig(process.argv.slice(2), process.env);
  const stdio = new StdioServerTransport();
  const bridge = new Bridge(stdio, () => openLink(config));
  const end = async () => {
    await bridge.close();
  };
  stopOnSignals(end);
  const leave = () =>
    void bridge
      .settled(LAST_ANSWERS_MS)
      .then(end)
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  process.stdin.once('end', leave);
  process.stdin.once('close', leave);
  process.stdout.once('error', leave); // the client is gone
  await stdio.start();
  await bridge.ready();
}

main().catch(exitWith);
