/** The numbers that OpenDocument counts and writes before headings and items of lists (OpenDocument 1.3 part 3, 16.30 to 16.34). */
import type { Element } from 'domhandler';
import { countedAs } from './number-formats';
import { attribute, children, find, findAll, type XmlNode } from './xml';

/** Where the number of a heading or an item is left for whoever writes it; no attribute of a file has a name like this. */
const LABEL = ' label';
const LEVELS = 10;
/** Deeper lists come from hostile files. */
const MAX_DEPTH = 50;

interface Level {
  format: string;
  prefix: string;
  suffix: string;
  start: number;
  /** How many levels the number shows. */
  shown: number;
}

type Style = Map<number, Level>;

const FORMATS: Record<string, string> = {
  '1': 'decimal',
  a: 'lowerLetter',
  A: 'upperLetter',
  i: 'lowerRoman',
  I: 'upperRoman',
  '一, 二, 三, ...': 'chineseCountingThousand',
};

/** The number of this heading or item; null for one that has none. `numberAll` must have gone before. */
export const labelOf = (element: Element): string | null => attribute(element, LABEL);

/** The number of an item stands before the first of what is in it. */
export function passOn(item: Element, first: Element | undefined): void {
  const label = labelOf(item);
  if (label !== null && first) first.attribs[LABEL] = label;
}

/** Counts through a text: `styles` of the document besides its own. */
export function numberAll(content: XmlNode | null, styles: XmlNode | null): void {
  const counter = new Counter(stylesOf(styles, content));
  const headings = levelsOf(find(styles, 'text:outline-style'));
  const counts = empty();
  for (const element of outermost(content)) {
    if (element.name === 'text:list') counter.list(element);
    else heading(element, headings, counts);
  }
}

/** Lists and headings in the order of the text, none within a list. */
const outermost = (content: XmlNode | null) => findAll(content, 'text:list', 'text:h');

class Counter {
  /** By list and by style, so that a list may go on from either. */
  private readonly ids = new Map<string, (number | null)[]>();
  private readonly last = new Map<string, (number | null)[]>();

  constructor(private readonly styles: Map<string, Style>) {}

  list(list: Element): void {
    const name = attribute(list, 'text:style-name') ?? '';
    const id = attribute(list, 'xml:id');
    const from = this.ids.get(attribute(list, 'text:continue-list') ?? '');
    const goesOn = attribute(list, 'text:continue-numbering') === 'true' ? this.last.get(name) : undefined;
    const counts = from ?? goesOn ?? empty();
    if (id) this.ids.set(id, counts);
    this.last.set(name, counts);
    this.items(list, name, 1, counts);
  }

  private items(list: Element, inherited: string, level: number, counts: (number | null)[]): void {
    if (level > MAX_DEPTH) return;
    const name = attribute(list, 'text:style-name') ?? inherited;
    const style = this.styles.get(name);
    for (const item of children(list, 'text:list-item')) {
      const own = children(item).some((one) => one.name === 'text:p' || one.name === 'text:h');
      const start = attribute(item, 'text:start-value');
      const label = own && style ? counted(style, level, counts, start === null ? null : Number(start)) : null;
      if (label !== null) item.attribs[LABEL] = label;
      for (const inner of children(item, 'text:list')) this.items(inner, name, level + 1, counts);
    }
  }
}

function heading(element: Element, style: Style, counts: (number | null)[]): void {
  const level = Number(attribute(element, 'text:outline-level') ?? 1) || 1;
  if (attribute(element, 'text:is-list-header') === 'true') return;
  const label = counted(style, level, counts, null);
  if (label !== null) element.attribs[LABEL] = label;
}

/** Null for a level of bullets, or without a number. */
function counted(style: Style, level: number, counts: (number | null)[], start: number | null): string | null {
  const own = style.get(level);
  if (!own || level > LEVELS) return null;
  const before = counts[level];
  counts[level] = start ?? (before === null || before === undefined ? own.start : before + 1);
  counts.fill(null, level + 1);
  const shown = Array.from({ length: Math.min(own.shown, level) }, (_, at) => level - Math.min(own.shown, level) + at + 1);
  const numbers = shown.flatMap((at) => {
    const format = style.get(at)?.format ?? '';
    return format === '' ? [] : [countedAs(counts[at] ?? style.get(at)?.start ?? 1, format)];
  });
  return own.format === '' || numbers.length === 0 ? null : `${own.prefix}${numbers.join('.')}${own.suffix}`.trim();
}

const empty = (): (number | null)[] => Array.from({ length: LEVELS + 2 }, () => null);

function stylesOf(...roots: (XmlNode | null)[]): Map<string, Style> {
  const lists = roots.flatMap((root) => findAll(root, 'text:list-style'));
  return new Map(lists.map((list) => [attribute(list, 'style:name') ?? '', levelsOf(list)]));
}

function levelsOf(list: Element | null): Style {
  const levels = children(list).filter(({ name }) => name === 'text:list-level-style-number' || name === 'text:outline-level-style');
  return new Map(levels.map((level) => [Number(attribute(level, 'text:level') ?? 1), levelOf(level)]));
}

const levelOf = (level: Element): Level => ({
  format: FORMATS[attribute(level, 'style:num-format') ?? ''] ?? '',
  prefix: attribute(level, 'style:num-prefix') ?? '',
  suffix: attribute(level, 'style:num-suffix') ?? '',
  start: Number(attribute(level, 'text:start-value') ?? 1),
  shown: Number(attribute(level, 'text:display-levels') ?? 1) || 1,
});
