/** A project on its way in: all of its archive is checked before anything of it is kept, and then it is there at once. */
import { pipeline } from 'node:stream';
import type { Failure } from '../../contract/documents';
import type { ImportedProject } from '../../contract/projects';
import { safeFilename } from '../documents/filename';
import { AppError } from '../errors';
import type { Ports } from '../ports';
import type { StagedFile } from '../ports/file-store';
import type { OpenArchive } from '../ports/project-archive';
import type { NewDocument, ProjectImport } from '../ports/records';
import { incomingConversations } from './conversations';
import { CONVERSATIONS, conversationLine, DOCUMENTS, type DocumentLine, documentLine, hashInName, type ProjectFile } from './format';
import { measuring, readLines, readProjectFile, refused } from './read-archive';

/** What the import needs of the documents' service. */
interface Shelf {
  limit_bytes: number;
  /** Nobody deletes or takes in these bytes while the work goes on. */
  withOriginals<T>(hashes: string[], work: () => Promise<T>): Promise<T>;
  announceAll(documents: NewDocument[]): Promise<void>;
}

interface Incoming {
  document: NewDocument;
  staged: StagedFile;
}

type Skipped = ImportedProject['skipped'][number];

/** How far the archive is checked. */
export type ImportReport = (at: { name: string; done: number; total: number; project_id: string | null }) => void;

interface Import {
  /** Of the archive on this machine. */
  path: string;
  report: ImportReport;
  signal: AbortSignal;
}

export async function importProject(ports: Ports, shelf: Shelf, { path, report, signal }: Import): Promise<ImportedProject> {
  const archive = await ports.projectArchives.open(path);
  const incoming: Incoming[] = [];
  const skipped: Skipped[] = [];
  try {
    const file = await readProjectFile(archive);
    await requireRoom(ports, archive);
    const lines = checkedDocuments(await readLines(archive, file, DOCUMENTS, documentLine), file);
    const told = await readLines(archive, file, CONVERSATIONS, conversationLine);
    const project_id = ports.runtime.id();
    const { name } = file.project;
    for (const [done, line] of lines.entries()) {
      signal.throwIfAborted();
      report({ name, done, total: lines.length, project_id: null });
      const taken = await takeOriginal(ports, archive, { line, project_id, limit_bytes: shelf.limit_bytes });
      if ('staged' in taken) incoming.push(taken);
      else skipped.push(taken);
    }
    const conversations = incomingConversations(told, idsOf(incoming), ports.runtime);
    const project = { id: project_id, name: await freeName(ports, file.project.name), settings: file.project.settings };
    const kept = await keep(ports, shelf, { project, incoming, conversations });
    report({ name, done: lines.length, total: lines.length, project_id });
    const messages = conversations.reduce((sum, one) => sum + one.messages.length, 0);
    return { project: kept, documents: incoming.length, conversations: conversations.length, messages, skipped };
  } finally {
    archive.close();
    for (const { staged } of incoming) await ports.files.discard(staged);
  }
}

async function requireRoom({ backups }: Ports, archive: OpenArchive): Promise<void> {
  const needed_bytes = [...archive.members.values()].reduce((sum, size) => sum + size, 0);
  if (needed_bytes <= (await backups.room())) return;
  throw new AppError('CONFLICT', 'There is not enough room on the disk for what this archive says it holds.', { needed_bytes });
}

/** Each original belongs to one document, each document has its own bytes. */
function checkedDocuments(lines: DocumentLine[], { members }: ProjectFile): DocumentLine[] {
  const hashes = new Set(lines.map(({ sha256 }) => sha256));
  if (hashes.size !== lines.length) throw refused(`${DOCUMENTS} names the same bytes twice`);
  const named = new Set(lines.map(({ original }) => original));
  for (const { sha256, original } of lines) {
    if (hashInName(original) !== sha256) throw refused(`${DOCUMENTS} gives a document the original of another`);
  }
  for (const { name, sha256 } of members) {
    const hash = hashInName(name);
    if (hash !== null && hash !== sha256) throw refused('an original has another name than its bytes');
    if (hash !== null && !named.has(name)) throw refused(`no document has the original ${JSON.stringify(name.slice(0, 100))}`);
  }
  return lines;
}

interface Target {
  line: DocumentLine;
  project_id: string;
  limit_bytes: number;
}

/** What cannot be read here, or is too large for the settings, is told and left out; what is not what it says ends the import. */
async function takeOriginal(ports: Ports, archive: OpenArchive, { line, project_id, limit_bytes }: Target): Promise<Incoming | Skipped> {
  const { files, reader, runtime } = ports;
  const filename = safeFilename(line.filename);
  const size = archive.members.get(line.original);
  if (size === undefined) return { filename, error: NOT_THERE };
  if (size > limit_bytes) return { filename, error: tooLarge(limit_bytes) };
  const staged = await stage(ports, archive, line, limit_bytes);
  try {
    if (staged.sha256 !== line.sha256) throw refused(`the original of ${JSON.stringify(filename)} was changed or damaged`);
    const mime_type = await reader.detect(staged.path, filename);
    if (mime_type === null) {
      await files.discard(staged);
      return { filename, error: UNREADABLE };
    }
    const { sha256, size_bytes } = staged;
    const ids = { document_id: runtime.id(), job_id: runtime.id() };
    return { document: { ...ids, project_id, filename, mime_type, size_bytes, sha256 }, staged };
  } catch (error) {
    await files.discard(staged);
    throw error;
  }
}

async function stage({ files }: Ports, archive: OpenArchive, { original }: DocumentLine, limit_bytes: number): Promise<StagedFile> {
  const { through } = measuring(original, limit_bytes);
  const source = await archive.read(original);
  pipeline(source, through, () => undefined);
  return files.stage(through, limit_bytes).catch((error: unknown) => {
    if (error instanceof AppError || (error instanceof Error && 'code' in error && /^E[A-Z]+$/.test(String(error.code)))) throw error;
    throw refused(`${JSON.stringify(original.slice(0, 100))} is damaged (${error instanceof Error ? error.message : 'unreadable'})`);
  });
}

const idsOf = (incoming: Incoming[]) => new Map(incoming.map(({ document }) => [document.sha256, document.document_id]));

interface Whole extends Pick<ProjectImport, 'project' | 'conversations'> {
  incoming: Incoming[];
}

/** Originals first, then all rows in one transaction: a row never points at nothing, and half a project is never seen. */
function keep({ records, files }: Ports, shelf: Shelf, { project, incoming, conversations }: Whole): Promise<ImportedProject['project']> {
  const hashes = incoming.map(({ staged }) => staged.sha256);
  return shelf.withOriginals(hashes, async () => {
    try {
      for (const { staged } of incoming) await files.keep(staged);
      const documents = incoming.map(({ document }) => document);
      const kept = await records.projects.import({ project, documents, conversations });
      await shelf.announceAll(documents);
      return kept;
    } catch (error) {
      for (const sha256 of hashes) if (!(await records.documents.isUsed(sha256))) await files.remove(sha256);
      throw error;
    }
  });
}

/** Names need not be unique, but two projects that cannot be told apart help nobody. */
async function freeName({ records }: Ports, wanted: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const end = count === 1 ? '' : ` (${count})`;
    const name = `${wanted.slice(0, LONGEST_NAME - end.length)}${end}`;
    const { items } = await records.projects.list({ q: name, limit: 200 });
    if (!items.some((project) => project.name === name)) return name;
  }
}

const LONGEST_NAME = 200;
const MiB = 1024 * 1024;
const NOT_THERE: Failure = {
  code: 'NOT_FOUND',
  message: 'The archive has no original of this document: it was missing when the project was exported.',
  action: 'Upload the file itself.',
};
const UNREADABLE: Failure = {
  code: 'UNSUPPORTED_TYPE',
  message: 'This Pressmark cannot read this kind of file.',
  action: 'Take the file out of the archive and convert it.',
};
const tooLarge = (limit_bytes: number): Failure => ({
  code: 'TOO_LARGE',
  message: `The file is larger than the limit of ${Math.round(limit_bytes / MiB)} MiB.`,
  action: 'Raise the limit in the settings, then import the project again.',
});
