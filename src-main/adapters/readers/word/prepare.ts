/** What mammoth passes over in a Word document, rewritten as what it reads: numbers of lists, formulas, text boxes, fields, charts. */
import { buffer } from 'node:stream/consumers';
import { type ChildNode, Element, Text } from 'domhandler';
import { DomUtils } from 'htmlparser2';
import { ZipFile } from 'yazl';
import { formulaText } from '../formula';
import { graphicText, type Relation, relations } from '../open-xml';
import type { Package } from '../package';
import { attribute, child, children, find, findAll, findEvery, isElement, textOf, type XmlNode } from '../xml';
import { formulaNode } from '../xml-formula';
import { Numberer } from './numbering';

/** Parts of these are text, too. */
const NOTES = new Set(['footnotes', 'endnotes']);
const BOX = 'w:txbxContent';
const GRAPHICS = ['c:chart', 'cx:chart', 'dgm:relIds'];
const ALTERNATIVES = 'mc:AlternateContent';
const NUMBERED = 'w:p';
/** Around runs, and nothing by themselves: fields, directions, the letters that a reading stands above. */
const AROUND = ['w:fldSimple', 'w:dir', 'w:bdo', 'w:ruby', 'w:rubyBase'];
/** Shapes that mammoth does not look into. */
const SHAPES = ['v:oval', 'v:line', 'v:polyline', 'v:arc', 'v:curve', 'v:image'];
/** Alternatives within alternatives. */
const ROUNDS = 50;

/** The document with its parts rewritten. What is too deep for that stays as it is. */
export async function prepared(file: Package, main: string): Promise<Buffer> {
  const rels = relations(file, main);
  const notes = [...rels.values()].filter(({ type }) => NOTES.has(type)).map(({ target }) => target);
  const numberer = new Numberer(file, main.slice(0, main.lastIndexOf('/') + 1));
  const rewritten = new Map([main, ...notes].map((name) => [name, rewrite(file, name, numberer)]));
  const archive = new ZipFile();
  for (const name of file.names) {
    const content = rewritten.get(name) ?? file.bytes(name);
    if (content && !name.endsWith('/')) archive.addBuffer(content, name, { compress: false });
  }
  archive.end();
  return buffer(archive.outputStream);
}

function rewrite(file: Package, name: string, numberer: Numberer): Buffer | null {
  const root = file.xml(name);
  if (!root) return null;
  try {
    flatten(root, file, relations(file, name));
    for (const paragraph of findEvery(root, NUMBERED)) number(paragraph, numberer);
    joinDropCaps(root);
    const elements = root.children.filter(isElement);
    return Buffer.from(DomUtils.getOuterHTML(elements, { xmlMode: true, encodeEntities: 'utf8' }));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** One way of everything, in words: for the text, headers and footers alike. */
export function flatten(root: XmlNode, file: Package, rels: Map<string, Relation>): void {
  choose(root);
  for (const drawing of findEvery(root, 'w:drawing').toReversed()) draw(drawing, file, rels);
  for (const shape of findEvery(root, ...SHAPES)) shape.name = 'v:shape';
  for (const reading of findEvery(root, 'w:rt', 'w:rubyPr')) DomUtils.removeElement(reading);
  for (const around of findEvery(root, ...AROUND).toReversed()) replace(around, around.children);
  for (const formula of findAll(root, 'm:oMath')) replace(formula, [run(formulaText(formulaNode(formula)))]);
  for (const formula of findEvery(root, 'm:oMathPara')) replace(formula, formula.children);
  for (const turn of findEvery(root, 'w:cr')) turn.name = 'w:br';
  for (const tab of findEvery(root, 'w:ptab')) tab.name = 'w:tab';
}

/** Of each drawing that comes in several ways, the one with words: for old programs it may be only a picture, or nothing. */
function choose(root: XmlNode): void {
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = findAll(root, ALTERNATIVES);
    if (found.length === 0) return;
    for (const element of found) {
      const [first, last] = [child(element, 'mc:Choice'), child(element, 'mc:Fallback')];
      const words = findAll(first, BOX, ...GRAPHICS, 'm:oMath').length > 0 && findAll(last, BOX).length === 0;
      replace(element, (words ? first : (last ?? first))?.children ?? []);
    }
  }
}

/** Text boxes and graphics of a drawing become boxes of the old kind, whose text mammoth gives after the paragraph. */
function draw(drawing: Element, file: Package, rels: Map<string, Relation>): void {
  const boxes = findEvery(drawing, BOX);
  const targets = findAll(drawing, ...GRAPHICS).map(
    (one) => rels.get(attribute(one, 'r:id') ?? attribute(one, 'r:dm') ?? '')?.target ?? '',
  );
  const said = targets.map((target) => graphicText(file.xml(target))).filter((text) => text !== '');
  const graphics = said.map(
    (text) =>
      new Element(
        BOX,
        {},
        text.split('\n').map((line) => new Element(NUMBERED, {}, [run(line)])),
      ),
  );
  if (boxes.length + graphics.length === 0) return;
  for (const box of boxes) DomUtils.removeElement(box);
  replace(drawing, [
    new Element(
      'w:pict',
      {},
      [...boxes, ...graphics].map((box) => new Element('v:textbox', {}, [box])),
    ),
  ]);
}

const run = (text: string) => new Element('w:r', {}, [new Element('w:t', { 'xml:space': 'preserve' }, [new Text(text)])]);

function number(paragraph: Element, numberer: Numberer): void {
  const label = numberer.next(paragraph);
  const properties = child(paragraph, 'w:pPr');
  if (label === null || find(paragraph, 'w:t') === null) return;
  // Else the list would be counted once more, in its own way.
  const none = new Element('w:numPr', {}, [new Element('w:ilvl', { 'w:val': '0' }), new Element('w:numId', { 'w:val': '0' })]);
  for (const own of children(properties, 'w:numPr')) DomUtils.removeElement(own);
  if (properties) {
    DomUtils.appendChild(properties, none);
    DomUtils.append(properties, run(`${label} `));
  } else DomUtils.prependChild(paragraph, run(`${label} `));
}

/** A large first letter is a paragraph of its own, and yet the beginning of the next one's first word. */
function joinDropCaps(root: XmlNode): void {
  for (const frame of findEvery(root, 'w:framePr')) {
    const paragraph = frame.parent?.parent;
    if (!/^(?:drop|margin)$/.test(attribute(frame, 'w:dropCap') ?? '') || !paragraph || !isElement(paragraph)) continue;
    const next = DomUtils.nextElementSibling(paragraph);
    const letter = textOf(paragraph).trim();
    const first = next && children(next).find(({ name }) => name !== 'w:pPr');
    if (next?.name !== NUMBERED || letter === '' || letter.length > 3 || !first) continue;
    DomUtils.prepend(first, run(letter));
    DomUtils.removeElement(paragraph);
  }
}

function replace(element: Element, by: ChildNode[]): void {
  for (const node of [...by]) DomUtils.prepend(element, node);
  DomUtils.removeElement(element);
}
