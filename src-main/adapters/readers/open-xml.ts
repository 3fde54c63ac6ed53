/** What all Office Open XML documents have: core properties. */
import { clean } from './decode';
import type { Package } from './package';
import { collapse, findAll, textOf } from './xml';

const PROPERTIES = { title: 'dc:title', author: 'dc:creator', subject: 'dc:subject', keywords: 'cp:keywords', created: 'dcterms:created' };

/** Dublin Core properties as far as they are told. */
export function coreProperties(file: Package): Record<string, unknown> {
  const core = file.xml('docProps/core.xml');
  const found = Object.entries(PROPERTIES).map(([key, tag]) => [key, clean(collapse(findAll(core, tag).map(textOf).join(' ')))]);
  return Object.fromEntries(found.filter(([, value]) => value !== ''));
}
