/** What all Office Open XML documents have: core properties, relations between parts, texts of drawings. */
import { posix } from 'node:path';
import type { Element } from 'domhandler';
import { clean } from './decode';
import type { Package } from './package';
import { attribute, child, children, collapse, findAll, textOf, type XmlNode } from './xml';

const PROPERTIES = { title: 'dc:title', author: 'dc:creator', subject: 'dc:subject', keywords: 'cp:keywords', created: 'dcterms:created' };

/** Dublin Core properties as far as they are told. */
export function coreProperties(file: Package): Record<string, unknown> {
  const core = file.xml('docProps/core.xml');
  const found = Object.entries(PROPERTIES).map(([key, tag]) => [key, clean(collapse(findAll(core, tag).map(textOf).join(' ')))]);
  return Object.fromEntries(found.filter(([, value]) => value !== ''));
}

export interface Relation {
  type: string;
  target: string;
}

/** What a part refers to, by id (ECMA-376 part 2, 9.3). */
export function relations(file: Package, part: string): Map<string, Relation> {
  const folder = posix.dirname(part);
  const rels = file.xml(posix.join(folder, '_rels', `${posix.basename(part)}.rels`));
  const found = findAll(rels, 'Relationship').filter((one) => attribute(one, 'TargetMode') !== 'External');
  return new Map(
    found.map((one) => {
      const target = attribute(one, 'Target') ?? '';
      const path = target.startsWith('/') ? target.slice(1) : posix.join(folder, target);
      return [attribute(one, 'Id') ?? '', { type: (attribute(one, 'Type') ?? '').split('/').at(-1) ?? '', target: path }];
    }),
  );
}

/** One line each; line breaks within them stay. */
export function paragraphs(body: XmlNode | null): string {
  return clean(
    findAll(body, 'a:p')
      .map((paragraph) => children(paragraph).map(runText).join('').trimEnd())
      .filter((line) => line.trim() !== '')
      .join('\n'),
  );
}

function runText(run: Element): string {
  if (run.name === 'a:br') return '\n';
  if (run.name === 'a:r' || run.name === 'a:fld') return findAll(run, 'a:t').map(textOf).join('');
  // Formulas.
  return findAll(run, 'a:t', 'm:t').map(textOf).join('');
}

/** Words of a diagram; of a chart its titles, and its figures by series and category. */
export function graphicText(graphic: XmlNode | null): string {
  const words = findAll(graphic, 'a:p').map((paragraph) => findAll(paragraph, 'a:t').map(textOf).join(''));
  const series = findAll(graphic, 'c:ser').map((one) => {
    const [name, labels, values] = ['c:tx', 'c:cat', 'c:val'].map((tag) => findAll(child(one, tag), 'c:v').map(textOf));
    return `${name?.join(' ') ?? ''}: ${(values ?? []).map((value, at) => (labels?.[at] ? `${labels[at]} ${value}` : value)).join(', ')}`;
  });
  return clean(
    [...words, ...series]
      .map(collapse)
      .filter((line) => line !== '')
      .join('\n'),
  );
}
