/** Figures in words: how long something will take, how many of something there are. */

/** Seconds left, as people say it: nobody wants "97 s". */
export function timeLeft(seconds: number): string {
  if (seconds < 8) return 'a few seconds left';
  if (seconds < 90) return `about ${Math.round(seconds / 5) * 5} s left`;
  if (seconds < 5_400) return `about ${Math.round(seconds / 60)} min left`;
  return `about ${Math.round(seconds / 3_600)} h left`;
}

/** "one page", "1,204 pages". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/** A name in a sentence; one that is written from right to left does not turn the rest of the sentence round. */
export const quoted = (name: string): string => `“\u2068${name}\u2069”`;

/** "4", or "4 · iv" where people call the page otherwise. */
export const pageName = ({ page, page_label }: { page: number | null; page_label?: string | undefined }): string =>
  page_label === undefined ? String(page) : `${page} · ${page_label}`;

/** A quote on one line: the borders of a table, which are kept as Markdown, become dots. */
export function plainQuote(quote: string): string {
  if (!quote.includes('|')) return quote;
  const rows = quote.split('\n').filter((row) => !/^\s*\|?[\s:|-]+\|?\s*$/.test(row));
  return rows.map((row) => row.replace(/^\s*\|\s*|\s*\|\s*$/g, '').replace(/\s+\|\s+/g, ' · ')).join('\n');
}

/** What can be read, for people. Any file may be chosen: the backend looks at its content, not at its name. */
export const KINDS =
  'PDF, Word, Excel, PowerPoint, OpenDocument, RTF, e-books, mail, archives, web pages, Markdown, tables, JSON, text, source code and pictures';

const ENGINES: Record<string, string> = {
  chroma: 'ChromaDB',
  chromadb: 'ChromaDB',
  neo4j: 'Neo4j',
  postgres: 'PostgreSQL',
  postgresql: 'PostgreSQL',
  sqlite: 'SQLite',
};
/** As its makers write it. */
export const engineName = (engine: string): string => ENGINES[engine] ?? engine;

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
/** Three digits at most before the unit, one behind the point where there is room: "94 MiB", "4.7 GiB". */
export function inBytes(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** power;
  return `${amount.toLocaleString('en', { maximumFractionDigits: power > 0 && amount < 10 ? 1 : 0 })} ${UNITS[power]}`;
}
