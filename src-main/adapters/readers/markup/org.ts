/** Org → blocks: stars make the outline; drawers, keywords and marks go. */
import type { TextBlock } from '../parts';
import { MARKED_LENGTH, Written } from './written';

const HEADING = /^(\*+)\s+(?:(?:TODO|DONE|NEXT|WAITING|CANCELL?ED)\s+)?(?:\[#\w\]\s+)?(.*?)(?:\s+:[\w@:%#]+:)?\s*$/;
const VERBATIM = /^\s*#\+begin_(src|example|export|verse)\b/i;
const KEYWORD = /^\s*#\+(\w+):\s*(.*)$/;
const DRAWER = /^\s*:(?:PROPERTIES|LOGBOOK|\w+):\s*$/;

export function orgBlocks(text: string): TextBlock[] {
  const lines = text.split('\n');
  const written = new Written();
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const heading = HEADING.exec(line);
    const block = VERBATIM.exec(line)?.[1];
    if (heading?.[1]) written.heading(Math.min(6, heading[1].length), plain(heading[2] ?? ''));
    else if (block) {
      const end = closing(lines, at, new RegExp(`^\\s*#\\+end_${block}`, 'i'));
      written.verbatim(lines.slice(at + 1, end));
      at = end;
    } else if (DRAWER.test(line)) at = closing(lines, at, /^\s*:END:\s*$/i, at);
    else single(line, written);
  }
  return written.end();
}

function single(line: string, written: Written): void {
  const [, keyword = '', value = ''] = KEYWORD.exec(line) ?? [];
  if (/^(?:title|subtitle|author|caption)$/i.test(keyword)) written.line(plain(value));
  else if (keyword !== '' || /^\s*#(?:\s|$|\+)/.test(line)) written.line('');
  else if (/^\s*\|[-+|]+\s*$/.test(line)) return;
  else if (/^\s*\|.*\|\s*$/.test(line)) written.row(line.trim().slice(1, -1).split('|').map(plain));
  else written.line(plain(line));
}

/** The line that closes; `otherwise` where none does. */
function closing(lines: string[], at: number, pattern: RegExp, otherwise = lines.length): number {
  const end = lines.findIndex((line, index) => index > at && pattern.test(line));
  return end === -1 ? otherwise : end;
}

const plain = (line: string) => (line.length > MARKED_LENGTH ? line : unmarked(line));

const unmarked = (line: string) =>
  line
    .replace(/\[\[[^\]]+\]\[([^\]]+)\]\]/g, '$1')
    .replace(/\[\[([^\]]+)\]\]/g, '$1')
    .replace(/\[fn:([\w-]*):?([^\]]*)\]/g, (_, name: string, words: string) => (words ? ` (${words})` : `[${name}]`))
    .replace(/(?<![\w*/=~_+])([*/=~_+])(\S(?:.*?\S)?)\1(?![\w*/=~_+])/g, '$2');
