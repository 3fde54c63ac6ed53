/** reStructuredText → blocks: underlined titles make the outline, roles and directives leave their words. */
import type { TextBlock } from '../parts';
import { MARKED_LENGTH, Written } from './written';

const ADORNMENT = /^([!-/:-@[-`{-~])\1{2,}\s*$/;
const DIRECTIVE = /^(\s*)\.\.\s+(?:\|[^|]+\|\s+)?([\w:+.-]+)::\s*(.*)$/;
const EXPLICIT = /^(\s*)\.\.(?:\s|$)/;
const FOOTNOTE = /^\.\.\s+\[([^\]]+)\]\s+(.*)$/;
/** Of these, only what they show is text. */
const SILENT =
  /^(?:include|image|toctree|contents|raw|highlight|index|default-role|sectnum|meta|currentmodule|module|only|autoclass|automodule|autofunction|automethod)$/i;
const CODE = /^(?:code|code-block|sourcecode|parsed-literal|literalinclude|math|doctest|testcode|productionlist|graphviz)$/i;
const GRID_RULE = /^\s*\+(?:[-=]+\+)+\s*$/;

/** Levels of titles are told by the order in which their adornments come. */
export function rstBlocks(text: string): TextBlock[] {
  const lines = text.split('\n');
  const written = new Written();
  const levels: string[] = [];
  const levelOf = (style: string) => {
    if (!levels.includes(style)) levels.push(style);
    return levels.indexOf(style) + 1;
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const title = titleAt(lines, at);
    if (title) {
      written.heading(levelOf(title.style), plain(title.text));
      at += title.lines - 1;
    } else if (EXPLICIT.test(line)) at = explicit(lines, at, written);
    else if (GRID_RULE.test(line)) continue;
    else if (/^\s*\|.*\|\s*$/.test(line)) written.row(line.trim().slice(1, -1).split('|').map(plain));
    else if (ADORNMENT.test(line) || /^\s*=+(?:\s+=+)+\s*$/.test(line)) continue;
    else {
      written.line(plain(line.replace(/::\s*$/, line.trim() === '::' ? '' : ':')));
      if (/::\s*$/.test(line)) at = literal(lines, at + 1, indentOf(line), written);
    }
  }
  return written.end();
}

function titleAt(lines: string[], at: number): { style: string; text: string; lines: number } | null {
  const [first = '', second = '', third = ''] = lines.slice(at, at + 3);
  const over = ADORNMENT.exec(first)?.[1];
  if (over && second.trim() !== '' && ADORNMENT.exec(third)?.[1] === over) return { style: over + over, text: second, lines: 3 };
  const under = ADORNMENT.exec(second)?.[1];
  const fits = under && /^\S/.test(first) && !ADORNMENT.test(first) && second.trim().length >= Math.min(first.trim().length, 4);
  return fits && (lines[at - 1] ?? '').trim() === '' ? { style: under, text: first, lines: 2 } : null;
}

/** A directive, comment, target or footnote. Returns the last line that was read. */
function explicit(lines: string[], at: number, written: Written): number {
  const line = lines[at] ?? '';
  const [, indent = '', name = '', argument = ''] = DIRECTIVE.exec(line) ?? [];
  const footnote = FOOTNOTE.exec(line);
  if (name === '' && footnote) {
    written.line(`[${footnote[1]}] ${plain(footnote[2] ?? '')}`);
    return at;
  }
  const end = endOfBlock(lines, at + 1, indent.length || indentOf(line));
  if (name === '' || SILENT.test(name)) return end - 1;
  const body = lines.slice(at + 1, end);
  while (/^\s+:[\w-]+:/.test(body[0] ?? '')) body.shift();
  if (CODE.test(name)) {
    written.verbatim(body);
    return end - 1;
  }
  written.line('');
  if (argument.trim() !== '') written.line(plain(argument));
  // What stands within may again be anything.
  const least = Math.min(...body.filter((one) => one.trim() !== '').map(indentOf), 80);
  for (const block of rstBlocks(body.map((one) => one.slice(least)).join('\n'))) {
    written.line('');
    for (const one of block.text.split('\n')) written.line(one);
  }
  written.line('');
  return end - 1;
}

/** A literal block after "::". */
function literal(lines: string[], from: number, indent: number, written: Written): number {
  const end = endOfBlock(lines, from, indent);
  written.verbatim(lines.slice(from, end));
  return end - 1;
}

function endOfBlock(lines: string[], from: number, indent: number): number {
  let end = from;
  while (end < lines.length && ((lines[end] ?? '').trim() === '' || indentOf(lines[end] ?? '') > indent)) end += 1;
  return end;
}

const indentOf = (line: string) => line.length - line.trimStart().length;

const plain = (line: string) => (line.length > MARKED_LENGTH ? line : unmarked(line));

const unmarked = (line: string) =>
  line
    .replace(/``(.+?)``/g, '$1')
    .replace(/(?::[\w:+-]+:)?`([^`<]*?)\s*<[^`>]*>`_{0,2}/g, '$1')
    .replace(/(?::[\w:+-]+:)?`([^`]+)`_{0,2}/g, '$1')
    .replace(/\*\*(\S(?:.*?\S)?)\*\*/g, '$1')
    .replace(/(?<![\w*])\*(\S(?:[^*]*?\S)?)\*(?![\w*])/g, '$1')
    .replace(/(?<!\S)\|([^|\s][^|]*?)\|_{0,2}/g, '$1');
