/** Reading presentations (PPTX): each slide is a page, its title the heading; tables, diagrams, charts, notes and comments too. */
import { readFile } from 'node:fs/promises';
import type { Element } from 'domhandler';
import { DocumentError } from '../../core/errors';
import { LIMITS } from '../../core/limits';
import { clean } from './decode';
import { FEW_LETTERS, lettersOf, pictureBlocks } from './embedded';
import { decrypted, isCompound } from './encrypted';
import { coreProperties, graphicText, paragraphs, type Relation, relations } from './open-xml';
import { corrupt, openPackage, type Package } from './package';
import { pagePart, type TextBlock } from './parts';
import type { Part, Reading, SourceFile } from './reader';
import { type Cell, spread, tableBlocks } from './tables';
import { attribute, child, children, collapse, find, findAll, textOf, type XmlNode } from './xml';

const WHAT = 'This presentation';
const TITLES = new Set(['title', 'ctrTitle']);
/** Placeholders for what every slide repeats. */
const REPEATED = new Set(['dt', 'sldNum', 'ftr', 'hdr', 'sldImg']);
const EDGES = new Set(['ftr', 'hdr']);

/**
 * Opens a presentation.
 * @throws DocumentError CORRUPT, NO_TEXT, PASSWORD_NEEDED, PASSWORD_WRONG, TOO_LARGE
 */
export async function readPptx(source: SourceFile): Promise<Reading> {
  const { path, password } = source;
  const bytes = await decrypted(await readFile(path), password, WHAT);
  if (isCompound(bytes)) throw oldFormat();
  const file = await openPackage(bytes, WHAT);
  const slides = slidesOf(file);
  if (slides.length === 0) throw file.xml(mainOf(file)) ? noSlides() : corrupt(WHAT);
  if (slides.length > LIMITS.pagesPerDocument)
    throw new DocumentError('TOO_LARGE', `${WHAT} has ${slides.length} slides.`, 'Split it into smaller files.');
  return { total: slides.length, paged: true, metadata: () => coreProperties(file), parts: partsOf(source, file, slides) };
}

async function* partsOf(source: SourceFile, file: Package, slides: string[]): AsyncGenerator<Part> {
  const footers = new Set<string>();
  for (const [index, name] of slides.entries()) {
    const own = blocksOf(file, name);
    const heading_path = own[0]?.heading_path ?? [];
    const shown = (await pictureBlocks(source, file, picturesOf(file, name, lettersOf(own)))).map((block) => ({ ...block, heading_path }));
    const blocks = [...own, ...shown, ...newFooters(file, name, footers)];
    const title = blocks.find(({ kind }) => kind === 'heading')?.text ?? null;
    yield pagePart(blocks, index + 1, title && title.length < 120 ? title.replace(/\s+/g, ' ') : null);
  }
}

/** In the order of the show; parts that it forgot come last. */
function slidesOf(file: Package): string[] {
  const main = mainOf(file);
  const targets = relations(file, main);
  const order = findAll(file.xml(main), 'p:sldId').map((slide) => targets.get(attribute(slide, 'r:id') ?? '')?.target ?? '');
  const known = order.filter((name) => file.names.includes(name));
  const others = file.names.filter((name) => /^ppt\/slides\/slide\d+\.xml$/.test(name)).sort((a, b) => numberOf(a) - numberOf(b));
  return known.length > 0 ? [...new Set(known)] : others;
}

const mainOf = (file: Package) =>
  file.names.find((name) => name === 'ppt/presentation.xml') ?? file.names.find((name) => /presentation\.xml$/.test(name)) ?? '';
const numberOf = (name: string) => Number(/(\d+)\.xml$/.exec(name)?.[1] ?? 0);

/** Of a slide without words, its pictures except for small ones; of one with a few words, a picture that is most of it. */
function picturesOf(file: Package, name: string, letters: number): string[] {
  if (letters >= FEW_LETTERS) return [];
  const least = letters === 0 ? SMALL : MOST;
  const size = find(file.xml(mainOf(file)), 'p:sldSz');
  const whole = size ? area(size) : 0;
  const targets = relations(file, name);
  return findAll(file.xml(name), 'p:pic')
    .filter((picture) => area(find(find(picture, 'a:xfrm'), 'a:ext')) >= whole * least)
    .flatMap((picture) => targets.get(attribute(find(picture, 'a:blip'), 'r:embed') ?? '')?.target ?? []);
}

const SMALL = 0.01;
const MOST = 0.4;
/** Without a size of its own it has that of the layout, which may be any. */
const area = (extent: Element | null) => (extent ? Number(attribute(extent, 'cx') ?? 0) * Number(attribute(extent, 'cy') ?? 0) : Infinity);

/** The footer of a slide, and what its notes print at their edges, said once: mostly all slides have the same. */
function newFooters(file: Package, name: string, said: Set<string>): TextBlock[] {
  const notes = [...relations(file, name).values()].filter(({ type }) => type === 'notesSlide').map(({ target }) => target);
  const shapes = [name, ...notes]
    .flatMap((part) => shapesOf(find(file.xml(part), 'p:spTree')))
    .filter((shape) => EDGES.has(placeholder(shape)));
  const texts = shapes.map((shape) => paragraphs(find(shape, 'p:txBody')).trim()).filter((text) => text !== '' && !said.has(text));
  for (const text of texts) said.add(text);
  return texts.map((text) => ({ text, kind: 'text', heading_path: [] }));
}

function blocksOf(file: Package, name: string): TextBlock[] {
  const rels = relations(file, name);
  const shapes = shapesOf(find(file.xml(name), 'p:spTree'));
  const isTitle = (shape: Element) => TITLES.has(placeholder(shape));
  const titles = shapes.filter(isTitle).map((shape) => paragraphs(find(shape, 'p:txBody')));
  const title = collapse(titles.join(' '));
  const heading_path = title === '' ? [] : [title];
  const blocks: TextBlock[] = title === '' ? [] : [{ text: title, kind: 'heading', heading_path }];
  const text = (content: string) => content.trim() !== '' && blocks.push({ text: content.trim(), kind: 'text', heading_path });
  for (const shape of shapes) {
    if (isTitle(shape) || REPEATED.has(placeholder(shape))) continue;
    if (shape.name === 'p:graphicFrame') blocks.push(...graphicBlocks(file, shape, rels, heading_path));
    else text(paragraphs(find(shape, 'p:txBody')));
  }
  for (const { type, target } of rels.values()) {
    if (type === 'notesSlide')
      text(
        noted(
          'Notes',
          shapesOf(find(file.xml(target), 'p:spTree'))
            .filter((shape) => !REPEATED.has(placeholder(shape)))
            .map((shape) => paragraphs(find(shape, 'p:txBody'))),
        ),
      );
    if (type === 'comments')
      text(
        noted(
          'Comments',
          findAll(file.xml(target), 'p:text', 'p188:txBody', 'p:txBody').map((one) =>
            one.name === 'p:text' ? textOf(one) : paragraphs(one),
          ),
        ),
      );
  }
  return blocks;
}

const noted = (what: string, texts: string[]) =>
  texts.some((text) => text.trim() !== '') ? clean(`${what}:\n${texts.filter((text) => text.trim() !== '').join('\n')}`) : '';

/** In document order, which is the order that screen readers follow; groups opened, of alternatives the first. */
function shapesOf(tree: XmlNode | null): Element[] {
  const shapes: Element[] = [];
  const open: Element[] = children(tree).toReversed();
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.name === 'p:sp' || next.name === 'p:graphicFrame' || next.name === 'p:cxnSp') shapes.push(next);
    else if (next.name === 'p:grpSp') open.push(...children(next).toReversed());
    else if (next.name === 'mc:AlternateContent')
      open.push(...children(child(next, 'mc:Choice') ?? child(next, 'mc:Fallback')).toReversed());
  }
  return shapes;
}

const placeholder = (shape: Element) => {
  const found = find(child(shape, 'p:nvSpPr'), 'p:ph');
  return found ? (attribute(found, 'type') ?? 'body') : '';
};

function graphicBlocks(file: Package, frame: Element, rels: Map<string, Relation>, heading_path: string[]): TextBlock[] {
  const tables = findAll(frame, 'a:tbl').flatMap((table) => [...tableBlocks(spread(rowsOf(table)), heading_path)]);
  const ids = findAll(frame, 'c:chart', 'dgm:relIds', 'cx:chart').map((one) => attribute(one, 'r:id') ?? attribute(one, 'r:dm') ?? '');
  const parts = ids.map((id) => rels.get(id)?.target ?? '').filter((target) => target !== '');
  const texts = parts.map((part) => graphicText(file.xml(part))).filter((text) => text !== '');
  return [...tables, ...texts.map((text): TextBlock => ({ text, kind: 'text', heading_path }))];
}

function rowsOf(table: Element): Cell[][] {
  return children(table, 'a:tr').map((row) =>
    children(row, 'a:tc')
      .filter((cell) => attribute(cell, 'hMerge') !== '1' && attribute(cell, 'vMerge') !== '1')
      .map((cell) => ({
        text: paragraphs(cell),
        columns: Number(attribute(cell, 'gridSpan') ?? 1),
        rows: Number(attribute(cell, 'rowSpan') ?? 1),
      })),
  );
}

const noSlides = () => new DocumentError('NO_TEXT', 'This presentation has no slides.', 'Open it to see whether it is the right file.');
const oldFormat = () =>
  new DocumentError(
    'UNSUPPORTED_TYPE',
    'This presentation is of the old PPT format.',
    'Open it in PowerPoint or LibreOffice, save it as PPTX, then upload that.',
  );
