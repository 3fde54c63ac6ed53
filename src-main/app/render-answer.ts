/** An answer as text for a terminal: the answer, then one line a source. */
import type { ChatAnswer } from '../contract/chat';

const QUOTE_LENGTH = 300;

/** Sources that did not pass the check are marked. Ends with a newline. */
export function renderAnswer({ message }: ChatAnswer): string {
  const sources = message.citations.map(({ n, filename, page, page_label, quote, supported }) => {
    const where = page === null ? filename : `${filename}, page ${page}${page_label === undefined ? '' : ` (${page_label})`}`;
    return `[${n}] ${where}${supported ? '' : ' (not confirmed)'}: “${shorten(quote)}”`;
  });
  return `${[message.content.trim(), ...(sources.length > 0 ? ['', ...sources] : [])].join('\n')}\n`;
}

function shorten(quote: string): string {
  const line = quote.replace(/\s+/g, ' ').trim();
  return line.length > QUOTE_LENGTH ? `${line.slice(0, QUOTE_LENGTH - 1)}…` : line;
}
