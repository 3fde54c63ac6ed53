/** LaTeX → blocks: sections make the outline, commands leave their words, formulas stay as they are written. */
import type { TextBlock } from '../parts';
import { texLetters } from './latex-letters';
import { Written } from './written';

const SECTION = /\\(part|chapter|section|subsection|subsubsection|paragraph|subparagraph)\*?\s*(?:\[[^\]]*\])?\s*\{/g;
const LEVELS = ['part', 'chapter', 'section', 'subsection', 'subsubsection', 'paragraph'];
const VERBATIM = /\\begin\{(verbatim|lstlisting|minted|Verbatim|alltt)\*?\}([\s\S]*?)\\end\{\1\*?\}/g;
const MATH =
  /\$\$[\s\S]+?\$\$|\\\[[\s\S]+?\\\]|\\begin\{(equation|align|gather|multline|eqnarray|displaymath|math)\*?\}[\s\S]*?\\end\{\1\*?\}|\\\([\s\S]+?\\\)|(?<!\\)\$(?:\\.|[^$\\])+?\$/g;
/** With all of their arguments. */
const SILENT =
  /\\(?:label|ref|eqref|autoref|cref|Cref|pageref|includegraphics|input|include|bibliography|bibliographystyle|usepackage|documentclass|vspace|hspace|setlength|addtolength|setcounter|addtocounter|pagestyle|thispagestyle|hypersetup|geometry|graphicspath|definecolor|theoremstyle|newtheorem|addcontentsline|phantomsection|cline|cmidrule|rowcolor|cellcolor|pagenumbering|linespread|captionsetup)\*?(?:\s*(?:\[[^\]]*\]|\([^)]*\)|\{[^{}]*\}))*/g;
const DEFINITION = /\\(?:(?:re)?newcommand|providecommand|DeclareMathOperator|(?:re)?newenvironment|def|let)\b\*?/g;

/** Beyond, a document is a data file rather than a text. */
const DEEPEST = 20;

export function latexBlocks(text: string): TextBlock[] {
  const kept: string[] = [];
  const keep = (piece: string) => `\ue000${kept.push(piece) - 1}\ue001`;
  let source = text.replaceAll(/[\ue000\ue001]/g, '').replace(VERBATIM, (_, _name, code: string) => `\n\n${keep(code)}\n\n`);
  source = source.replace(/(?<!\\)((?:\\\\)*)%.*\n?[^\S\n]*/g, '$1').replace(/\\begin\{comment\}[\s\S]*?\\end\{comment\}/g, '');
  const head = headOf(source);
  source = withoutDefinitions(source).replace(MATH, (math) => keep(math));
  const written = new Written();
  for (const line of head) written.line(plain(line));
  const restored = (line: string) => line.replace(/\ue000(\d+)\ue001/g, (_, at: string) => kept[Number(at)] ?? '');
  let from = 0;
  for (const match of source.matchAll(SECTION)) {
    if (match.index < from) continue;
    body(source.slice(from, match.index), written, restored);
    const open = match.index + match[0].length;
    from = closingBrace(source, open);
    written.heading(LEVELS.indexOf(match[1] ?? '') + 1 || 6, restored(plain(source.slice(open, from - 1))).replace(/\s+/g, ' '));
  }
  body(source.slice(from), written, restored);
  return written.end();
}

/** Title and authors stand before the document proper, which is all that is read otherwise. */
function headOf(source: string): string[] {
  return ['title', 'author', 'date'].flatMap((name) => {
    const at = source.search(new RegExp(`\\\\${name}\\s*(?:\\[[^\\]]*\\])?\\s*\\{`));
    if (at === -1) return [];
    const open = source.indexOf('{', at) + 1;
    return [source.slice(open, closingBrace(source, open) - 1).replace(/\s+/g, ' '), ''];
  });
}

function withoutDefinitions(source: string): string {
  const begin = /\\begin\{document\}/.exec(source);
  const end = /\\end\{document\}/.exec(source);
  let rest = source.slice(begin ? begin.index + begin[0].length : 0, end?.index ?? source.length);
  if (begin) rest = rest.replace(/\\(?:title|author|date)\s*\{[^{}]*\}/g, '');
  return rest
    .split('\n')
    .map((line) => (line.search(DEFINITION) === 0 ? '' : line))
    .join('\n')
    .replace(SILENT, '');
}

function body(source: string, written: Written, restored: (line: string) => string): void {
  for (const paragraph of source.replace(/\\(?:par|newpage|clearpage|maketitle|tableofcontents)\b/g, '\n\n').split(/\n\s*\n/)) {
    for (const line of plain(paragraph).split('\n')) if (line.trim() !== '') written.line(restored(line.replace(/[^\S\n]+/g, ' ').trim()));
    written.line('');
  }
  written.line('');
}

/** The place after the brace that closes the one before `open`. */
function closingBrace(source: string, open: number): number {
  let depth = 1;
  for (let at = open; at < source.length; at += 1) {
    const sign = source[at];
    if (sign === '\\') at += 1;
    else if (sign === '{') depth += 1;
    else if (sign === '}' && --depth === 0) return at + 1;
  }
  return source.length;
}

/** Words without commands. */
function plain(source: string): string {
  let text = texLetters(source.replace(SILENT, ''))
    .replace(/\\item\s*(?:\[([^\]]*)\])?\s*/g, (_, label?: string) => `\n- ${label ? `${label} ` : ''}`)
    .replace(/\\(?:begin|end)\{[^{}]*\}(?:\[[^\]]*\])?(?:\{[^{}]*\})*/g, '\n')
    .replace(/\\(?:cite|citep|citet|citeauthor|citeyear|parencite|textcite|autocite)\*?(?:\[[^\]]*\])*\{([^{}]*)\}/g, '[$1]')
    .replace(/\\href\{([^{}]*)\}\{([^{}]*)\}/g, '$2')
    .replace(/\\(?:hline|toprule|midrule|bottomrule|centering|noindent|small|large|footnotesize|scriptsize)\b\s*/g, '')
    .replace(/(?<!\\)&/g, ' | ')
    .replace(/\\\\(?:\[[^\]]*\])?/g, '\n');
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const next = text
      .replace(/\\(?:footnote|thanks)\{([^{}]*)\}/g, ' ($1)')
      .replace(/\\(?:textcolor|colorbox|color|multicolumn\{[^{}]*\}|multirow\{[^{}]*\}|fontsize)\{[^{}]*\}/g, '')
      .replace(/\\[a-zA-Z@]+\*?(?:\[[^\]]*\])?\{([^{}]*)\}/g, '$1')
      .replace(/(?<![\\\w*\]}])\{([^{}]*)\}/g, '$1');
    if (next === text) break;
    text = next;
  }
  return text
    .replace(/\\[a-zA-Z@]+\*?(?:\[[^\]]*\])?/g, ' ')
    .replace(/\\([%&$#_{}])/g, '$1')
    .replace(/\\[,;:!> /]|~/g, ' ')
    .replace(/(?<!\\)[{}]/g, '');
}
