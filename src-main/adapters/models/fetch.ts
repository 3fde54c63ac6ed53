/** Brings the files of a model into the models folder: collected in a hidden folder, checked, then moved to their place. */
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createRegistrySource } from '../../../scripts/setup/models/registry-source.mjs';
import type { ModelKind } from '../../contract/models';
import { JobError } from '../../core/errors';
import type { FetchContext, ModelFacts, ModelOrder } from '../../core/ports/model-store';
import { CATALOGUE, type CatalogueFile, fileSize, isWhole, type Source } from './catalogue';
import { download, notAModel, type Wanted } from './download';
import { CARD, type Card } from './own';
import { PartFile, removePart } from './part-file';
import { requireSpace } from './space';

export interface Place {
  modelsDir: string;
  /** Where an unfinished model is collected. */
  incoming: string;
  /** Throws a sentence when a file is no whole GGUF model. */
  examine(path: string): Promise<ModelFacts>;
  /** Stands in for the model hub; null: the hub itself. */
  mirror: string | null;
  /** A connection that brings nothing for so long (ms) is broken off. */
  silenceMs: number;
}

/** Folder of unfinished models below the models folder. */
export const INCOMING = '.incoming';
const MAGIC = 'GGUF';
const HUB = 'https://huggingface.co';
/** Failures after which what came is of no use to another try. */
const REFUSED = new Set(['CHECKSUM_MISMATCH', 'NOT_A_MODEL']);

type Import = Exclude<ModelOrder, { from: 'catalogue' }>;

/** A model of the catalogue: file by file, each from the first source that has it. */
export async function fetchCatalogue(id: string, place: Place, context: FetchContext): Promise<void> {
  const model = CATALOGUE.find((one) => one.id === id);
  if (!model) throw new JobError('NOT_FOUND', `There is no model ${id} in the catalogue.`);
  const folder = join(place.modelsDir, id);
  await mkdir(place.incoming, { recursive: true });
  const total = model.files.reduce<number | null>((sum, { bytes }) => (sum === null || bytes === null ? null : sum + bytes), 0);
  let before = 0;
  for (const file of model.files) {
    const progress = (done: number, of: number | null = null) =>
      context.progress(before + done, total ?? (model.files.length === 1 ? of : null));
    progress(0);
    if (!isWhole(folder, file)) await fetchFile(file, join(folder, file.name), place, { ...context, progress });
    before += fileSize(join(folder, file.name));
  }
  context.progress(before, total ?? before);
  await rm(place.incoming, { recursive: true, force: true });
}

async function fetchFile(file: CatalogueFile, target: string, place: Place, context: FetchContext): Promise<void> {
  const reasons: JobError[] = [];
  for (const source of file.sources) {
    // A file begun from one source is never continued from another kind of source.
    const path = join(place.incoming, `${file.name}.${source.type}.part`);
    try {
      await fromSource(source, file, path, place, context);
      await mkdir(dirname(target), { recursive: true });
      await rename(path, target);
      return await removePart(path);
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof JobError) || error.code === 'DISK_FULL') throw error;
      if (REFUSED.has(error.code)) await removePart(path);
      reasons.push(error);
    }
  }
  const said = reasons.map(({ message }) => message).join(' ');
  throw new JobError(reasons.at(-1)?.code ?? 'DOWNLOAD_FAILED', `${file.name} could not be fetched. ${said}`, reasons[0]?.action ?? null);
}

async function fromSource(source: Source, file: CatalogueFile, path: string, place: Place, context: FetchContext): Promise<void> {
  if (source.type !== 'url') {
    await requireSpace(path, 2 * (file.bytes ?? 0));
    const archives = join(place.incoming, 'archives');
    await createRegistrySource(archives, context.signal)(source, path).catch((error: Error) => {
      throw new JobError('DOWNLOAD_FAILED', `${'package' in source ? source.package : source.artifact}: ${error.message}.`);
    });
  }
  const part = await PartFile.open(path, context.signal);
  try {
    if (source.type === 'url')
      await download({ url: mirrored(source.url, place.mirror), bytes: file.bytes, ...formOf(file.name, place) }, part, {
        ...context,
        silenceMs: place.silenceMs,
      });
  } finally {
    await part.close();
  }
  const stated = file.sha256 ?? part.origin?.digest ?? null;
  if (stated === null) throw unproven(file);
  verify(part, stated);
}

/** How the bytes of a file show what they are. */
const formOf = (name: string, { examine }: Place): Pick<Wanted, 'begins' | 'isWhole'> =>
  name.endsWith('.gguf')
    ? {
        begins: MAGIC,
        isWhole: (path) =>
          examine(path).then(
            () => true,
            () => false,
          ),
      }
    : { begins: null, isWhole: null };

/** Only the hub's own addresses move to the mirror, which has the same paths. */
function mirrored(url: string, mirror: string | null): string {
  return mirror !== null && url.startsWith(HUB) ? mirror.replace(/\/+$/, '') + url.slice(HUB.length) : url;
}

const unproven = ({ name }: CatalogueFile) =>
  new JobError(
    'CHECKSUM_MISMATCH',
    `The server does not say which bytes ${name} must have, and Pressmark does not know it either, so it was thrown away.`,
    'Take away the mirror, or download the file yourself and import it.',
  );

/** A file of this machine or of an address, which becomes a model of its own. */
export async function fetchImport(order: Import, place: Place, context: FetchContext): Promise<void> {
  const path = join(place.incoming, `${order.id}.part`);
  await mkdir(place.incoming, { recursive: true });
  try {
    await collect(order, path, place, context);
  } catch (error) {
    if (error instanceof JobError && REFUSED.has(error.code)) await removePart(path);
    throw error;
  }
  // The whole folder at once: a model is there with all that belongs to it, or not at all.
  await rename(place.incoming, join(place.modelsDir, order.id));
}

async function collect(order: Import, path: string, place: Place, context: FetchContext): Promise<void> {
  const { id, name, kind } = order;
  const part = await PartFile.open(path, context.signal);
  try {
    if (order.from === 'path') await copy(order.location, part, context);
    else {
      const wanted = { url: order.location, bytes: null, ...formOf(`${id}.gguf`, place) };
      await download(wanted, part, { ...context, silenceMs: place.silenceMs });
    }
  } finally {
    await part.close();
  }
  if (part.size === 0) throw notAModel('The file is empty.');
  if (order.sha256 !== null) verify(part, order.sha256);
  const facts = await place.examine(path).catch((error: Error) => {
    throw notAModel(`${order.from === 'path' ? 'This' : 'What came'} cannot be used: ${error.message}`);
  });
  refuseKind(kind, facts);
  const { context_tokens, licence, template } = facts;
  const note: Card = { name, kind, sha256: part.digest(), context_tokens, licence, template };
  await rename(path, join(place.incoming, `${id}.gguf`));
  await removePart(path);
  await writeFile(join(place.incoming, CARD), JSON.stringify(note));
}

const KINDS: Record<ModelKind, string> = { chat: 'a chat model', embedding: 'an embedding model', reranker: 'a reranker' };

function refuseKind(wanted: ModelKind, { kind }: ModelFacts): void {
  if (kind === null || kind === wanted) return;
  throw new JobError('NOT_A_MODEL', `By its file this is ${KINDS[kind]}, not ${KINDS[wanted]}.`, `Import it with the kind "${kind}".`);
}

/** Local bytes are copied from the start each time: that is faster than finding out whether they are still the same. */
async function copy(from: string, part: PartFile, { signal, progress }: FetchContext): Promise<void> {
  const total = fileSize(from);
  if (total < 0) throw new JobError('NO_FILE', `There is no file ${from} any more.`, 'Import it again from where it lies now.');
  await part.begin({ url: from, validator: null, total });
  await requireSpace(part.path, total);
  for await (const piece of readOf(from, total, signal)) {
    await part.append(piece);
    if (!part.head.toString('latin1').startsWith(MAGIC.slice(0, part.head.length))) break;
    progress(part.size, total);
  }
}

/** Pulled drives and lost shares are told apart from what goes wrong on the other side. */
async function* readOf(path: string, total: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { signal, highWaterMark: 1024 * 1024, end: Math.max(0, total - 1) });
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    throw new JobError('NO_FILE', `The file cannot be read: ${why}.`, 'Allow Pressmark to read it, or copy it elsewhere.');
  }
}

function verify(part: PartFile, sha256: string): void {
  if (part.digest() === sha256.toLowerCase()) return;
  throw new JobError(
    'CHECKSUM_MISMATCH',
    'The bytes that came are not those that were expected, so they were thrown away.',
    'Check the address and the checksum.',
  );
}
