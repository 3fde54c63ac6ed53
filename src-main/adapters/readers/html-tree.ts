/** Reading parse5's tree: names, attributes, and what a browser would show. */
import type { DefaultTreeAdapterTypes } from 'parse5';
import { FORMULA_DEPTH, type FormulaNode, formulaText } from './formula';

export type HtmlNode = DefaultTreeAdapterTypes.ChildNode | DefaultTreeAdapterTypes.ParentNode;
export type HtmlElement = DefaultTreeAdapterTypes.Element;

const NEVER_SHOWN = new Set(
  'script style template noscript head nav svg iframe object embed canvas audio video button select textarea datalist dialog'.split(' '),
);
const HIDDEN_STYLE = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i;
const BOXES = new Set(['checkbox', 'radio']);
/** Back links of footnotes, which say nothing. */
const FOOTNOTE_BACK = /^#(?:footnote|endnote)-ref-/;

export const isElement = (node: HtmlNode): node is HtmlElement => 'tagName' in node;
export const childrenOf = (node: HtmlNode): HtmlNode[] => ('childNodes' in node ? node.childNodes : []);
export const attribute = (element: HtmlElement, name: string): string | null =>
  element.attrs.find((attr) => attr.name === name)?.value ?? null;

export function isHidden(element: HtmlElement): boolean {
  if (NEVER_SHOWN.has(element.tagName) || attribute(element, 'hidden') !== null) return true;
  if (attribute(element, 'aria-hidden') === 'true' || HIDDEN_STYLE.test(attribute(element, 'style') ?? '')) return true;
  return FOOTNOTE_BACK.test(attribute(element, 'href') ?? '');
}

/** All elements below with one of these names, without going into those found. Iterative, since trees may be very deep. */
export function findAll(node: HtmlNode, names: readonly string[]): HtmlElement[] {
  const found: HtmlElement[] = [];
  const open = childrenOf(node).toReversed();
  for (let next = open.pop(); next; next = open.pop()) {
    if (isElement(next) && names.includes(next.tagName)) found.push(next);
    else open.push(...childrenOf(next).toReversed());
  }
  return found;
}

/** Elements that say what is no text in the tree. */
export const SAYING = new Set(['math', 'input']);

/** What an element says that is no text in the tree: a formula, whether a box is ticked. Null for all others. */
export function saidBy(element: HtmlElement): string | null {
  if (element.tagName === 'math') return formulaText(formulaNode(element));
  if (element.tagName !== 'input' || !BOXES.has(attribute(element, 'type')?.toLowerCase() ?? '')) return null;
  return attribute(element, 'checked') === null ? '[ ] ' : '[x] ';
}

/** Pages that show formulas as pictures keep them unseen beside it, for screen readers. */
export const isUnseenFormula = (element: HtmlElement) => element.tagName === 'span' && findAll(element, ['math']).length > 0;

function formulaNode(node: HtmlNode, depth = 0): FormulaNode {
  if (!isElement(node)) return { name: '', text: 'value' in node ? node.value : '', children: [], attribute: () => null };
  const children = depth < FORMULA_DEPTH ? node.childNodes.map((child) => formulaNode(child, depth + 1)) : [];
  return { name: node.tagName, text: null, children, attribute: (name) => attribute(node, name) };
}

/** Visible text as it stands in the source. Iterative too. */
export function rawText(node: HtmlNode): string {
  let text = '';
  const open = [node];
  for (let next = open.pop(); next; next = open.pop()) {
    const said = isElement(next) ? saidBy(next) : null;
    if (said !== null) text += said;
    else if ('value' in next && next.nodeName === '#text') text += next.value;
    else if (isElement(next) && next.tagName === 'br') text += '\n';
    else if (!isElement(next) || !isHidden(next)) open.push(...childrenOf(next).toReversed());
  }
  return text;
}

/** Visible text with white space collapsed. */
export function shownText(node: HtmlNode): string {
  return collapse(rawText(node));
}

export const collapse = (text: string) => text.replace(/[ \t\n\r\f\u00a0]+/g, ' ').trim();
