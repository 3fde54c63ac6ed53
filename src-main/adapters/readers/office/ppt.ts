/** Reading presentations of before 2007 (PPT): slide by slide, with notes and comments. */
import { readFile } from 'node:fs/promises';
import { DocumentError } from '../../../core/errors';
import { LIMITS } from '../../../core/limits';
import { clean } from '../decode';
import { decrypted } from '../encrypted';
import { corrupt } from '../package';
import { pagePart, type TextBlock } from '../parts';
import type { Part, Reading, SourceFile } from '../reader';
import { type Compound, openCompound } from './compound';
import { directoryOf, type PptRecord, recordAt, recordsOf, TYPE } from './ppt-records';
import { propertiesOf } from './properties';

const WHAT = 'This presentation';
const ENCRYPTED_TOKEN = 0xf3d1c4df;
/** Kinds of text that are titles. */
const TITLES = new Set([0, 6]);
const SLIDES = 0;
const MASTERS = 1;
const NOTES = 2;
const MAX_DEPTH = 40;

/**
 * Opens an old presentation.
 * @throws DocumentError CORRUPT, ENCRYPTED, PASSWORD_NEEDED, PASSWORD_WRONG, TOO_LARGE
 */
export async function readPpt({ path, password }: SourceFile): Promise<Reading> {
  const compound = openCompound(await decrypted(await readFile(path), password, WHAT));
  const stream = compound?.stream('PowerPoint Document');
  const user = compound?.stream('Current User');
  if (!compound || !stream) throw corrupt(WHAT);
  if (user && user.length >= 16 && user.readUInt32LE(12) === ENCRYPTED_TOKEN) throw encrypted();
  const slides = slidesOf(stream, user && user.length >= 20 ? user.readUInt32LE(16) : 0);
  if (slides.length > LIMITS.pagesPerDocument)
    throw new DocumentError('TOO_LARGE', `${WHAT} has ${slides.length} slides.`, 'Split it into smaller files.');
  return { total: slides.length, paged: true, metadata: () => propertiesOf(compound as Compound), parts: partsOf(slides) };
}

function* partsOf(slides: Said[][]): Generator<Part> {
  for (const [index, texts] of slides.entries()) {
    const title = texts.find(({ title }) => title)?.text.replace(/\s+/g, ' ') ?? null;
    const heading_path = title === null ? [] : [title];
    const blocks = texts.map(
      ({ text, title }): TextBlock => ({ text: title ? text.replace(/\s+/g, ' ') : text, kind: title ? 'heading' : 'text', heading_path }),
    );
    yield pagePart(blocks, index + 1, title && title.length < 120 ? title : null);
  }
}

interface Said {
  text: string;
  title: boolean;
}

function slidesOf(stream: Buffer, lastEdit: number): Said[][] {
  const { places, document } = directoryOf(stream, lastEdit);
  const at = (number: number) => recordAt(stream, places.get(number) ?? -1);
  const whole = at(document);
  // Without a directory that can be read, what there is comes in the order of the file.
  if (!whole) return [...recordsOf(stream)].filter(({ type }) => type === TYPE.slide).map((record) => textsOf(record, []));
  const lists = [...recordsOf(whole.body)].filter(({ type }) => type === TYPE.slideList);
  const notes = new Map(listed(lists.find(({ instance }) => instance === NOTES)).map(({ reference }) => notesOf(at(reference))));
  const masters = new Map(listed(lists.find(({ instance }) => instance === MASTERS)).map(({ reference, id }) => [id, at(reference)]));
  return listed(lists.find(({ instance }) => instance === SLIDES)).map(({ reference, id, texts }) => {
    const record = at(reference);
    const shown = [...(record ? textsOf(record, texts) : texts), ...(record ? takeMaster(masters, record) : [])];
    const said = notes.get(id) ?? [];
    return said.length === 0 ? shown : [...shown, { text: `Notes:\n${said.map(({ text }) => text).join('\n')}`, title: false }];
  });
}

/** What stands on the master of a slide, which all slides of that show: said once, on the first of them. */
function takeMaster(masters: Map<number, PptRecord | null>, slide: PptRecord): Said[] {
  const [atom] = recordsOf(slide.body);
  if (atom?.type !== TYPE.slideAtom || atom.body.length < 16) return [];
  const id = atom.body.readUInt32LE(12);
  const master = masters.get(id);
  masters.delete(id);
  return master
    ? [...ownShapes(recordsOf(master.body))].flatMap((shape) => textsOf(shape, [])).map(({ text }) => ({ text, title: false }))
    : [];
}

/** Shapes that are no placeholders, which only say what to click. */
function* ownShapes(records: Iterable<PptRecord>, depth = 0): Generator<PptRecord> {
  for (const record of records) {
    if (record.type === TYPE.shape) {
      if (!hasPlaceholder(record)) yield record;
    } else if (record.container && depth < MAX_DEPTH) yield* ownShapes(recordsOf(record.body), depth + 1);
  }
}

const hasPlaceholder = ({ body }: PptRecord): boolean =>
  [...recordsOf(body)].some((one) => one.container && [...recordsOf(one.body)].some(({ type }) => type === TYPE.placeholder));

/** The slides of a list: their objects, their ids, and the texts of their placeholders. */
function listed(list: PptRecord | undefined): { reference: number; id: number; texts: Said[] }[] {
  const slides: { reference: number; id: number; records: PptRecord[] }[] = [];
  for (const record of list ? recordsOf(list.body) : []) {
    if (record.type === TYPE.persist && record.body.length >= 16)
      slides.push({ reference: record.body.readUInt32LE(0), id: record.body.readUInt32LE(12), records: [] });
    else slides.at(-1)?.records.push(record);
  }
  return slides.map(({ records, ...slide }) => ({ ...slide, texts: new Gathered([]).take(records).all() }));
}

/** By the id of the slide that they belong to. */
function notesOf(record: PptRecord | null): [number, Said[]] {
  if (!record) return [-1, []];
  const [atom] = recordsOf(record.body);
  return [atom && atom.body.length >= 4 ? atom.body.readUInt32LE(0) : -1, textsOf(record, [])];
}

const textsOf = (record: PptRecord, outline: Said[]): Said[] => new Gathered(outline).take(recordsOf(record.body)).all();

/** Texts in the order of their records; the slide's boxes refer to the texts of the list by number. */
class Gathered {
  private readonly texts: Said[] = [];
  private readonly referred = new Set<number>();
  private title = false;

  constructor(private readonly outline: Said[]) {}

  take(records: Iterable<PptRecord>, depth = 0): this {
    for (const record of records) this.one(record, depth);
    return this;
  }

  /** A text of the outline without a box of its own comes first. */
  all(): Said[] {
    const rest = this.outline.filter((_, at) => !this.referred.has(at));
    const seen = new Set<string>();
    return [...rest, ...this.texts].filter(({ text }) => text.trim() !== '' && !seen.has(text) && seen.add(text));
  }

  private one({ type, instance, container, body }: PptRecord, depth: number): void {
    if (type === TYPE.textHeader) this.title = TITLES.has(body.length >= 4 ? body.readUInt32LE(0) : -1);
    else if (type === TYPE.letters) this.say(body.toString('utf16le'));
    else if (type === TYPE.bytes) this.say(body.toString('latin1'));
    else if (type === TYPE.outlineText && body.length >= 4) this.refer(body.readUInt32LE(0));
    else if (type === TYPE.comment) this.comment(body);
    else if ((container || type === TYPE.tagData) && depth < MAX_DEPTH) this.take(recordsOf(body), depth + 1);
    else if (type === TYPE.string && depth > 0 && instance === 2) this.texts.push({ text: clean(body.toString('utf16le')), title: false });
  }

  private say(text: string): void {
    this.texts.push({ text: clean(text.replaceAll('\v', '\n')).trim(), title: this.title });
  }

  private refer(at: number): void {
    const text = this.outline[at];
    if (text && !this.referred.has(at)) this.texts.push(text);
    this.referred.add(at);
  }

  private comment(body: Buffer): void {
    const strings = [...recordsOf(body)].filter(({ type }) => type === TYPE.string);
    const of = (instance: number) => clean(strings.find((one) => one.instance === instance)?.body.toString('utf16le') ?? '').trim();
    if (of(1) !== '') this.texts.push({ text: `Comment${of(0) === '' ? '' : ` by ${of(0)}`}: ${of(1)}`, title: false });
  }
}

const encrypted = () =>
  new DocumentError(
    'ENCRYPTED',
    'This presentation is protected by a password in a way of before 2007.',
    'Open it in a presentation program, save it as PPTX, and upload that.',
  );
