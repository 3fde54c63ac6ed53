/** The numbers that Word counts and writes before paragraphs ("4.2", "(a)", "Article IV"): they are not in the text, but people cite them. */
import type { Element } from 'domhandler';
import { countedAs } from '../number-formats';
import type { Package } from '../package';
import { attribute, child, children, findAll, type XmlNode } from '../xml';

interface Level {
  start: number;
  format: string;
  /** "%1.%2" */
  text: string;
  /** All numbers in figures, whatever the levels above are written in. */
  legal: boolean;
  style: string | null;
}

interface Numbering {
  /** Lists that share it count on from each other. */
  counter: string;
  levels: Map<number, Level>;
  restarts: Map<number, number>;
}

const LEVELS = 9;
const STYLE_DEPTH = 20;

/** Counts through one text, paragraph by paragraph in its order. */
export class Numberer {
  private readonly lists: Map<string, Numbering>;
  private readonly styles: Map<string, Element>;
  private readonly counts = new Map<string, (number | null)[]>();
  private readonly begun = new Set<string>();

  constructor(file: Package, folder: string) {
    const numbering = file.xml(`${folder}numbering.xml`);
    const styles = findAll(file.xml(`${folder}styles.xml`), 'w:style');
    this.styles = new Map(styles.map((style) => [attribute(style, 'w:styleId') ?? '', style]));
    this.lists = listsOf(numbering, this.styles);
  }

  /** What stands before this paragraph; null for one that has no number, or a bullet. Ask for each paragraph once. */
  next(paragraph: Element): string | null {
    const found = this.place(paragraph);
    const list = found && this.lists.get(found.list);
    const level = list?.levels.get(found?.level ?? 0);
    if (!found || !list || !level) return null;
    const counts = this.count(list, found.list, found.level, level);
    return level.format === 'bullet' ? null : written(list, level, counts);
  }

  private count(list: Numbering, id: string, at: number, level: Level): (number | null)[] {
    const counts = this.counts.get(list.counter) ?? Array.from({ length: LEVELS }, () => null);
    this.counts.set(list.counter, counts);
    const restart = list.restarts.get(at);
    const first = `${id} ${at}`;
    const begins = restart !== undefined && !this.begun.has(first);
    this.begun.add(first);
    counts[at] = begins ? restart : counts[at] === null || counts[at] === undefined ? level.start : counts[at] + 1;
    for (let above = 0; above < at; above += 1) counts[above] ??= list.levels.get(above)?.start ?? 1;
    counts.fill(null, at + 1);
    return counts;
  }

  /** Of its own, or by its style; list 0 is none. */
  private place(paragraph: Element): { list: string; level: number } | null {
    const properties = child(paragraph, 'w:pPr');
    const own = child(properties, 'w:numPr');
    const style = attribute(child(properties, 'w:pStyle'), 'w:val') ?? '';
    const list = valueIn(own, 'w:numId') ?? this.ofStyle(style, 'w:numId');
    if (list === null || list === '0') return null;
    const told = valueIn(own, 'w:ilvl') ?? this.levelLinked(list, style) ?? this.ofStyle(style, 'w:ilvl') ?? '0';
    const level = Number(told);
    return level >= 0 && level < LEVELS ? { list, level } : null;
  }

  private ofStyle(id: string, name: string): string | null {
    let style = this.styles.get(id);
    for (let depth = 0; style && depth < STYLE_DEPTH; depth += 1) {
      const found = valueIn(child(child(style, 'w:pPr'), 'w:numPr'), name);
      if (found !== null) return found;
      style = this.styles.get(attribute(child(style, 'w:basedOn'), 'w:val') ?? '');
    }
    return null;
  }

  /** Levels may name the style whose paragraphs they count. */
  private levelLinked(list: string, style: string): string | null {
    if (style === '') return null;
    for (const [at, level] of this.lists.get(list)?.levels ?? []) if (level.style === style) return String(at);
    return null;
  }
}

const valueIn = (node: XmlNode | null, name: string) => attribute(child(node, name), 'w:val');

function written(list: Numbering, { text, legal }: Level, counts: (number | null)[]): string | null {
  const label = text.replace(/%([1-9])/g, (_, digit: string) => {
    const at = Number(digit) - 1;
    const format = list.levels.get(at)?.format ?? 'decimal';
    return countedAs(counts[at] ?? list.levels.get(at)?.start ?? 1, legal ? 'decimal' : format);
  });
  return label.trim() === '' ? null : label.trim();
}

function listsOf(numbering: XmlNode | null, styles: Map<string, Element>): Map<string, Numbering> {
  const abstract = new Map(findAll(numbering, 'w:abstractNum').map((one) => [attribute(one, 'w:abstractNumId') ?? '', one]));
  const numbers = new Map(findAll(numbering, 'w:num').map((one) => [attribute(one, 'w:numId') ?? '', one]));
  /** A list may be defined by a style, which names another list. */
  const definition = (number: Element | undefined, depth = 0): Element | undefined => {
    const found = abstract.get(valueIn(number ?? null, 'w:abstractNumId') ?? '');
    const style = styles.get(valueIn(found ?? null, 'w:numStyleLink') ?? '');
    const linked = valueIn(child(child(style, 'w:pPr'), 'w:numPr'), 'w:numId');
    return linked === null || depth > STYLE_DEPTH ? found : definition(numbers.get(linked), depth + 1);
  };
  return new Map(
    [...numbers].flatMap(([id, number]) => {
      const found = definition(number);
      return found ? [[id, numberingOf(number, found)] as const] : [];
    }),
  );
}

function numberingOf(number: Element, definition: Element): Numbering {
  const levels = new Map(children(definition, 'w:lvl').map((level) => [levelAt(level), levelOf(level)]));
  const restarts = new Map<number, number>();
  for (const override of children(number, 'w:lvlOverride')) {
    const own = child(override, 'w:lvl');
    if (own) levels.set(levelAt(override), levelOf(own));
    const start = valueIn(override, 'w:startOverride');
    if (start !== null) restarts.set(levelAt(override), Number(start) || 0);
  }
  return { counter: attribute(definition, 'w:abstractNumId') ?? '', levels, restarts };
}

const levelAt = (element: Element) => Number(attribute(element, 'w:ilvl') ?? 0);

function levelOf(level: Element): Level {
  const legal = child(level, 'w:isLgl');
  return {
    start: Number(valueIn(level, 'w:start') ?? 1),
    format: valueIn(level, 'w:numFmt') ?? 'decimal',
    text: valueIn(level, 'w:lvlText') ?? '',
    legal: legal !== null && !/^(?:0|false|off)$/.test(attribute(legal, 'w:val') ?? ''),
    style: valueIn(level, 'w:pStyle'),
  };
}
