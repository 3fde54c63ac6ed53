/** Walking XML trees by the names of their elements. */
import type { ChildNode, Document, Element } from 'domhandler';

export type XmlNode = ChildNode | Document;

export const isElement = (node: XmlNode): node is Element => 'name' in node && 'attribs' in node;

/** Elements directly below, of this name or all. */
export function children(node: XmlNode | null | undefined, name?: string): Element[] {
  if (!node || !('children' in node)) return [];
  return node.children.filter((child): child is Element => isElement(child) && (name === undefined || child.name === name));
}

export const child = (node: XmlNode | null | undefined, name: string): Element | null => children(node, name)[0] ?? null;

/** All elements below with one of these names, in document order, without going into those found. Iterative, since trees may be very deep. */
export const findAll = (node: XmlNode | null | undefined, ...names: string[]): Element[] => gather(node, names, false);

/** The same, those within others too. */
export const findEvery = (node: XmlNode | null | undefined, ...names: string[]): Element[] => gather(node, names, true);

function gather(node: XmlNode | null | undefined, names: string[], within: boolean): Element[] {
  const found: Element[] = [];
  const open: XmlNode[] = node ? [node] : [];
  for (let next = open.pop(); next; next = open.pop()) {
    const wanted = next !== node && isElement(next) && names.includes(next.name);
    if (wanted) found.push(next as Element);
    if ((within || !wanted) && 'children' in next)
      for (let at = next.children.length - 1; at >= 0; at -= 1) open.push(next.children[at] as ChildNode);
  }
  return found;
}

export const find = (node: XmlNode | null | undefined, ...names: string[]): Element | null => findAll(node, ...names)[0] ?? null;

/** All text below. Iterative too. */
export function textOf(node: XmlNode | null | undefined): string {
  let text = '';
  const open: XmlNode[] = node ? [node] : [];
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.type === 'text') text += next.data;
    else if ('children' in next) for (let at = next.children.length - 1; at >= 0; at -= 1) open.push(next.children[at] as ChildNode);
  }
  return text;
}

/** By its name with prefix. */
export const attribute = (element: Element | null | undefined, name: string): string | null => element?.attribs[name] ?? null;

export const collapse = (text: string) => text.replace(/\s+/g, ' ').trim();
