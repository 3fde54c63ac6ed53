/** Formulas in XML trees: of office documents (OMML) and of OpenDocument, e-books and journals (MathML). */
import type { ChildNode } from 'domhandler';
import { FORMULA_DEPTH, type FormulaNode } from './formula';
import { isElement } from './xml';

/** A node as the writer of formulas takes it. */
export function formulaNode(node: ChildNode, depth = 0): FormulaNode {
  if (!isElement(node)) return { name: '', text: node.type === 'text' ? node.data : '', children: [], attribute: () => null };
  const { name, attribs } = node;
  return {
    name: name.slice(name.indexOf(':') + 1).toLowerCase(),
    text: null,
    children: depth < FORMULA_DEPTH ? node.children.map((child) => formulaNode(child, depth + 1)) : [],
    attribute: (wanted) => Object.entries(attribs).find(([key]) => key.slice(key.indexOf(':') + 1) === wanted)?.[1] ?? null,
  };
}
