/** Reads the archive of a project with suspicion: what it says of itself is held against what is in it. */
import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import type { z } from 'zod';
import { AppError } from '../errors';
import type { OpenArchive } from '../ports/project-archive';
import { CONVERSATIONS, DOCUMENTS, FORMAT, FORMAT_VERSION, hashInName, PROJECT, type ProjectFile, projectFile } from './format';

const MiB = 1024 * 1024;
/** Unpacked; both are held in memory while the project comes in. */
const PROJECT_BYTES = 64 * MiB;
const LINES_BYTES = 256 * MiB;

export const refused = (reason: string): AppError =>
  new AppError('VALIDATION_FAILED', `This is no whole archive of a project: ${reason.replace(/\.*$/, '.')}`);

/** @throws AppError VALIDATION_FAILED for what is not as Pressmark writes it, CONFLICT for a newer format */
export async function readProjectFile(archive: OpenArchive): Promise<ProjectFile> {
  if (!archive.members.has(PROJECT)) throw refused(`${PROJECT} is missing`);
  const raw = parse(await readText(archive, PROJECT, PROJECT_BYTES), PROJECT);
  const { format, format_version } = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  if (format !== FORMAT) throw refused(`${PROJECT} does not say that it is one`);
  if (typeof format_version === 'number' && format_version > FORMAT_VERSION) {
    const message = `This archive was made by a newer Pressmark (format ${format_version}; this program knows ${FORMAT_VERSION}). Update Pressmark first.`;
    throw new AppError('CONFLICT', message, { format_version, known: FORMAT_VERSION });
  }
  const read = projectFile.safeParse(raw);
  if (!read.success) throw refused(`${PROJECT}: ${issueOf(read.error)}`);
  requireSame(read.data, archive);
  return read.data;
}

function requireSame({ members }: ProjectFile, archive: OpenArchive): void {
  const listed = new Map(members.map(({ name, size_bytes }) => [name, size_bytes]));
  if (listed.size !== members.length) throw refused(`${PROJECT} lists a member twice`);
  for (const [name, size] of listed) {
    if (name !== DOCUMENTS && name !== CONVERSATIONS && hashInName(name) === null) throw refused(`${quoted(name)} does not belong there`);
    const present = archive.members.get(name);
    if (present === undefined) throw refused(`${quoted(name)} is missing`);
    if (present !== size) throw refused(`${quoted(name)} has another size than ${PROJECT} says`);
  }
  for (const name of [DOCUMENTS, CONVERSATIONS]) if (!listed.has(name)) throw refused(`${PROJECT} does not list ${name}`);
  for (const name of archive.members.keys()) {
    if (name !== PROJECT && !listed.has(name)) throw refused(`it holds something that does not belong there (${quoted(name)})`);
  }
}

const quoted = (name: string) => JSON.stringify(name.slice(0, 100));

/** The lines of a member, each as it should be, and all of them as they were written. */
export async function readLines<T extends z.ZodType>(
  archive: OpenArchive,
  { members }: ProjectFile,
  name: string,
  line: T,
): Promise<z.output<T>[]> {
  const facts = members.find((member) => member.name === name);
  if (facts && facts.size_bytes > LINES_BYTES) throw refused(`${name} is longer than ${LINES_BYTES / MiB} MiB`);
  const text = await readText(archive, name, LINES_BYTES, facts?.sha256);
  const lines = text.split('\n').filter((one) => one.trim() !== '');
  return lines.map((one, at) => {
    const read = line.safeParse(parse(one, `line ${at + 1} of ${name}`));
    if (!read.success) throw refused(`line ${at + 1} of ${name}: ${issueOf(read.error)}`);
    return read.data;
  });
}

/** Counts and hashes what goes through; `check` throws when it was not what was promised. */
export function measuring(name: string, most_bytes: number) {
  const hash = createHash('sha256');
  let size = 0;
  const through = new Transform({
    transform(piece: Buffer, _encoding, next) {
      size += piece.length;
      hash.update(piece);
      if (size > most_bytes) next(refused(`${quoted(name)} is longer than it may be`));
      else next(null, piece);
    },
  });
  return { through, digest: () => hash.digest('hex') };
}

async function readText(archive: OpenArchive, name: string, most_bytes: number, sha256?: string): Promise<string> {
  const { through, digest } = measuring(name, most_bytes);
  const source = await archive.read(name);
  source.once('error', (error) => through.destroy(error));
  const pieces: Buffer[] = [];
  try {
    for await (const piece of source.pipe(through)) pieces.push(piece as Buffer);
  } catch (error) {
    throw error instanceof AppError
      ? error
      : refused(`${quoted(name)} is damaged (${error instanceof Error ? error.message : 'unreadable'})`);
  } finally {
    source.destroy();
  }
  if (sha256 !== undefined && digest() !== sha256) throw refused(`${name} was changed or damaged`);
  return Buffer.concat(pieces).toString('utf8');
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused(`${what} is no JSON`);
  }
}

function issueOf({ issues }: z.ZodError): string {
  const [first] = issues;
  return first ? `${first.path.join('.') || 'it'}: ${first.message}` : 'it is not as Pressmark writes it';
}
