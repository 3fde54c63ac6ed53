/** Formulas in one line, as people type them: of Word (OMML, ECMA-376 part 1, 22.1) and of pages and e-books (MathML). */

/** A node of whichever tree: names without prefix, in small letters; `text` is null for elements. */
export interface FormulaNode {
  name: string;
  text: string | null;
  children: FormulaNode[];
  /** By its name without prefix. */
  attribute(name: string): string | null;
}

/** Deeper formulas come from hostile files and end there. */
export const FORMULA_DEPTH = 100;
/** Properties, other ways to write the same, and what is not seen. */
const SILENT = /^(?:\w+pr|annotation|annotation-xml|mphantom|none|mprescripts)$/;
/** Stands as one thing without brackets. */
const SIMPLE = /^(?:[\p{L}\p{M}]+|[\p{N}.,]+|.)$/u;
const ACCENTS = new Set('¯ˉ_^ˆ~˜˙¨→⃗⏟⏞'.split(''));

/** The formula below `node`. */
export const formulaText = (node: FormulaNode): string => write(node, 0).replace(/\s+/g, ' ').trim();

function write(node: FormulaNode, depth: number): string {
  if (node.text !== null) return node.text;
  if (depth > FORMULA_DEPTH || SILENT.test(node.name)) return '';
  const part = (name: string) =>
    node.children
      .filter((one) => one.name === name)
      .map((one) => write(one, depth + 1))
      .join('');
  const own = () => elements(node).map((one) => write(one, depth + 1));
  return ommlText(node, part, depth) ?? mathmlText(node, own) ?? node.children.map((one) => write(one, depth + 1)).join('');
}

const elements = ({ children }: FormulaNode) => children.filter(({ text, name }) => text === null && !SILENT.test(name));
const grouped = (text: string) => (text === '' || SIMPLE.test(text.trim()) ? text.trim() : `(${text.trim()})`);
const raised = (text: string) => (text.trim() === '' ? '' : `^${grouped(text)}`);
const lowered = (text: string) => (text.trim() === '' ? '' : `_${grouped(text)}`);
const root = (degree: string, text: string) => `${degree.trim()}√${grouped(text)}`;
const fraction = (above: string, below: string) => `${grouped(above)}/${grouped(below)}`;
const rows = (lines: string[]) => lines.filter((line) => line.trim() !== '').join('; ');

function ommlText(node: FormulaNode, part: (name: string) => string, depth: number): string | null {
  switch (node.name) {
    case 'f':
      return fraction(part('num'), part('den'));
    case 'ssup':
    case 'ssub':
    case 'ssubsup':
      return `${grouped(part('e'))}${lowered(part('sub'))}${raised(part('sup'))}`;
    case 'spre':
      return `${lowered(part('sub'))}${raised(part('sup'))}${grouped(part('e'))}`;
    case 'rad':
      return root(part('deg'), part('e'));
    case 'nary':
      return ` ${property(node, 'narypr', 'chr') ?? '∫'}${lowered(part('sub'))}${raised(part('sup'))} ${part('e')}`;
    case 'limlow':
      return `${part('e')}${lowered(part('lim'))} `;
    case 'limupp':
      return `${part('e')}${raised(part('lim'))} `;
    case 'func':
      return `${part('fname')} ${part('e')}`;
    case 'd':
      return bracketed(node, depth);
    case 'm':
    case 'eqarr':
      return rows(
        elements(node).map((row) =>
          row.name === 'mr'
            ? elements(row)
                .map((cell) => write(cell, depth + 2))
                .join(', ')
            : write(row, depth + 1),
        ),
      );
    default:
      return null;
  }
}

function bracketed(node: FormulaNode, depth: number): string {
  const inner = elements(node).map((one) => write(one, depth + 1).trim());
  const sign = (name: string) => property(node, 'dpr', name);
  return `${sign('begchr') ?? '('}${inner.join(sign('sepchr') ?? '|')}${sign('endchr') ?? ')'}`;
}

function property(node: FormulaNode, properties: string, name: string): string | null {
  const found = node.children.find((one) => one.name === properties)?.children.find((one) => one.name === name);
  return found ? found.attribute('val') : null;
}

function mathmlText({ name, attribute }: FormulaNode, own: () => string[]): string | null {
  const [first = '', second = '', third = ''] = /^m(?:frac|su[bp]|subsup|root|under|over|underover)$/.test(name) ? own() : [];
  switch (name) {
    case 'mfrac':
      return fraction(first, second);
    case 'msup':
      return `${grouped(first)}${raised(second)}`;
    case 'msub':
    case 'munder':
      return `${grouped(first)}${lowered(second)}`;
    case 'msubsup':
    case 'munderover':
      return `${grouped(first)}${lowered(second)}${raised(third)}`;
    case 'mover':
      return ACCENTS.has(second.trim()) ? first : `${grouped(first)}${raised(second)}`;
    case 'mroot':
      return root(second, first);
    case 'msqrt':
      return root('', own().join(''));
    case 'mfenced':
      return `${attribute('open') ?? '('}${own().join(attribute('separators')?.trim().charAt(0) ?? ',')}${attribute('close') ?? ')'}`;
    case 'mtr':
      return own().join(', ');
    case 'mtable':
      return rows(own());
    default:
      return null;
  }
}
