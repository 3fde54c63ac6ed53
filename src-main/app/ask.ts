/** Command line host: indexes files, answers one question with its pressmarks, and exits. */
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ChatAnswer } from '../contract/chat';
import type { UploadItem } from '../contract/documents';
import type { Services } from '../core/services';
import { type Backend, startBackend } from './backend';
import { ConfigError, readConfig } from './config';
import { exitWith, stopOnSignals } from './exit';
import { renderAnswer } from './render-answer';

const USAGE = 'usage: npm run ask -- PATH… "QUESTION" [--json] [--data-dir DIR]';
/** Name of the project that the files of the command line go to. */
const PROJECT = 'Command line';

async function main(): Promise<void> {
  const { config, words, flags } = readConfig(process.argv.slice(2), process.env, { flags: ['json'], words: true });
  const question = words.at(-1);
  const paths = words.slice(0, -1).map((path) => resolve(path));
  if (!question?.trim()) throw new ConfigError(`the question is missing; ${USAGE}`);
  const keeps = process.argv.some((word) => word.startsWith('--data-dir')) || process.env.PRESSMARK_DATA_DIR;
  if (paths.length === 0 && !keeps) throw new ConfigError(`no file was named; ${USAGE}`);
  const files = await filesOf(paths);
  const temporary = keeps ? null : mkdtempSync(join(tmpdir(), 'pressmark-ask-'));
  let backend: Backend | null = null;
  const stop = async () => {
    await backend?.stop();
    if (temporary) rmSync(temporary, { recursive: true, force: true });
  };
  stopOnSignals(stop);
  try {
    backend = await startBackend(temporary ? { ...config, dataDir: temporary } : config, 'cli');
    const answer = await answerFrom(backend.services, files, question);
    process.stdout.write(flags.has('json') ? `${JSON.stringify(answer, null, 2)}\n` : renderAnswer(answer));
  } finally {
    await stop();
  }
}

/** Folders are walked; hidden entries are left out. */
async function filesOf(paths: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const entry = await stat(path).catch(() => null);
    if (!entry) throw new ConfigError(`${path}: there is no such file or folder`);
    if (!entry.isDirectory()) found.push(path);
    else {
      const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort();
      found.push(...(await filesOf(names.map((name) => join(path, name)))));
    }
  }
  return found;
}

async function answerFrom(services: Services, files: string[], question: string): Promise<ChatAnswer> {
  const project = await projectOf(services);
  for (const path of files) {
    const { items } = await services.documents.importPaths({ project_id: project, paths: [path] });
    for (const item of items) await indexed(services, item);
  }
  for await (const event of services.chat.ask({ project_id: project, message: question, mode: 'hybrid' }, new AbortController().signal)) {
    if (event.type === 'done') return event.answer;
  }
  throw new Error('the answer ended early');
}

async function projectOf({ projects }: Services): Promise<string> {
  const { items } = await projects.list({ limit: 200 });
  const existing = items.find(({ name }) => name === PROJECT);
  return (existing ?? (await projects.create({ name: PROJECT }))).id;
}

/** Waits until one file is ready or failed; says how far it is on stderr: one changing line in a terminal, else a line a state. */
async function indexed(services: Services, item: UploadItem): Promise<void> {
  if (!item.document) return note(`${item.filename}: ${item.error?.message ?? 'refused'}\n`);
  const terminal = process.stderr.isTTY;
  for (let said = ''; ; ) {
    const document = await services.documents.get(item.document.id);
    const ended = document.error !== null || document.state === 'ready' || document.state === 'cancelled';
    const progress = terminal && !ended ? await progressOf(services, document.id) : '';
    const line = `${document.filename}: ${document.error ? `${document.error.message} ${document.error.action ?? ''}` : document.state}${progress}`;
    if (line !== said) note(terminal ? `\r\x1b[K${line}` : `${line}\n`);
    said = line;
    if (ended) return note(terminal ? '\n' : '');
    await new Promise((resume) => setTimeout(resume, 100));
  }
}

async function progressOf({ jobs }: Services, document_id: string): Promise<string> {
  const { items } = await jobs.list({ document_id, limit: 1 });
  const progress = items[0]?.progress;
  return progress ? ` ${progress.done}/${progress.total ?? '?'} ${progress.unit}` : '';
}

function note(text: string): void {
  process.stderr.write(text);
}

main().then(() => process.exit(0), exitWith);
