/** AsciiDoc → blocks: "=" makes the outline, marks and attributes go, code and tables stay. */
import type { TextBlock } from '../parts';
import { MARKED_LENGTH, Written } from './written';

const HEADING = /^(={1,6}|#{1,6})\s+(\S.*?)(?:\s+\1)?$/;
const ATTRIBUTE = /^:!?[\w-]+!?:(?:\s.*)?$/;
const VERBATIM = /^(-{4,}|\.{4,}|\+{4,}|```.*)$/;
const COMMENT_BLOCK = /^\/{4,}$/;
const TABLE = /^[|,:!]={3,}$/;
const FRAME = /^(?:={4,}|\*{4,}|_{4,}|--|<{3,}|'{3,})$/;
const MACRO = /^(?:include|ifdef|ifndef|ifeval|endif|toc)::/;

export function asciidocBlocks(text: string): TextBlock[] {
  const lines = text.split('\n');
  const written = new Written();
  for (let at = 0; at < lines.length; at += 1) {
    const line = (lines[at] ?? '').trimEnd();
    const heading = HEADING.exec(line);
    if (heading?.[1]) written.heading(heading[1].length, plain(heading[2] ?? ''));
    else if (VERBATIM.test(line) || COMMENT_BLOCK.test(line) || TABLE.test(line)) at = enclosed(lines, at, written);
    else single(line, written);
  }
  return written.end();
}

/** Code, a comment or a table. Returns the line that closes it. */
function enclosed(lines: string[], at: number, written: Written): number {
  const line = lines[at] ?? '';
  const end = endOf(lines, at);
  const inner = lines.slice(at + 1, end);
  if (TABLE.test(line.trimEnd())) table(inner, written);
  else if (!COMMENT_BLOCK.test(line.trimEnd())) written.verbatim(inner);
  return end;
}

function single(line: string, written: Written): void {
  if (line.startsWith('//') || ATTRIBUTE.test(line) || MACRO.test(line)) return;
  if (FRAME.test(line) || /^\[.*\]$/.test(line) || line === '+') written.line('');
  // A title of a block begins with a point.
  else written.line(plain(/^\.[^\s.]/.test(line) ? line.slice(1) : line));
}

/** The line that closes what the line at `at` opens. */
function endOf(lines: string[], at: number): number {
  const open = (lines[at] ?? '').trim();
  const close = open.startsWith('```') ? '```' : open;
  const end = lines.findIndex((line, index) => index > at && line.trim() === close);
  return end === -1 ? lines.length : end;
}

/** A row is a line of several cells, or the cells up to an empty line where each has a line of its own. */
function table(lines: string[], written: Written): void {
  const rows = lines.map((line) => cellsOf(line));
  const columns = rows.find((row) => row.length > 0)?.length ?? 0;
  let open: string[] = [];
  const close = () => {
    if (open.length > 0) written.row(open);
    open = [];
  };
  for (const [at, cells] of rows.entries()) {
    const line = lines[at] ?? '';
    if (cells.length === 0) {
      if (line.trim() === '' && (columns > 1 || open.length > 1)) close();
      else if (line.trim() !== '') open[Math.max(0, open.length - 1)] = `${open.at(-1) ?? ''} ${plain(line)}`.trim();
    } else if (columns > 1 && open.length + cells.length > columns) {
      close();
      open = cells;
    } else open.push(...cells);
  }
  close();
}

/** Empty for a line without a cell. */
const cellsOf = (line: string) =>
  /(?:^|\s)(?:[\d.+*<>^]*[aehlmsv]?)?\|/.test(line)
    ? line
        .split(/(?:(?<=^|\s)[\d.+*<>^]*[aehlmsv]?)\|/)
        .slice(1)
        .map((cell) => plain(cell.trim()))
    : [];

const plain = (line: string) => (line.length > MARKED_LENGTH ? line : unmarked(line));

const unmarked = (line: string) =>
  line
    .replace(/image:{1,2}[^[\s]+\[([^\]]*)\]/g, (_, alt: string) => alt.split(',')[0] ?? '')
    .replace(/(?:link:|xref:|mailto:)[^[\s]+\[([^\]]+)\]/g, (_, words: string) => words.replace(/,.*$/, ''))
    .replace(/(https?:\/\/[^[\s]+)\[([^\]]*)\]/g, (_, url: string, words: string) => words.replace(/,.*$/, '') || url)
    .replace(/<<[^,>]+,\s*([^>]+)>>/g, '$1')
    .replace(/<<([^,>]+)>>/g, '$1')
    .replace(/\[\[[^\]]*\]\]/g, '')
    .replace(/footnote:(?:[\w-]*)\[([^\]]*)\]/g, ' ($1)')
    .replace(/(?:\[[^\]]*\])?(?<![\w`])(`+)(\S(?:.*?\S)?)\1(?![\w`])/g, '$2')
    .replace(/(?<![\w*])\*{1,2}(\S(?:[^*]*?\S)?)\*{1,2}(?![\w*])/g, '$1')
    .replace(/(?<![\w_])_{1,2}(\S(?:[^_]*?\S)?)_{1,2}(?![\w_])/g, '$1');
