/** Extracted text with the quote marked; tables, which are kept as Markdown, are shown as tables. */
import { Fragment, useEffect, useMemo, useRef } from 'react';
import { utf16Offsets } from './answer-text';

interface Span {
  start: number;
  end: number;
}
type Block = { kind: 'text'; span: Span } | { kind: 'table'; rows: Span[][] };

const ROW = /^\s*\|.*\|\s*$/;
const RULE = /^\s*\|(\s*:?-+:?\s*\|)+\s*$/;

/** The cells of a row, as ranges of the text; `\|` is no border. */
function cellsOf(line: string, at: number): Span[] {
  const borders = [...line.matchAll(/\\.|\|/g)].filter(([found]) => found === '|').map(({ index }) => index);
  return borders.slice(0, -1).map((border, n) => {
    const raw = line.slice(border + 1, borders[n + 1]);
    const start = at + border + 1 + (raw.length - raw.trimStart().length);
    return { start, end: start + raw.trim().length };
  });
}

export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  for (const line of text.split(/(?<=\n)/)) {
    const last = blocks.at(-1);
    const span = { start: at, end: at + line.length };
    at = span.end;
    if (ROW.test(line)) {
      const table = last?.kind === 'table' ? last : { kind: 'table' as const, rows: [] };
      if (table !== last) blocks.push(table);
      if (!RULE.test(line)) table.rows.push(cellsOf(line, span.start));
    } else if (last?.kind === 'text') last.span.end = span.end;
    else blocks.push({ kind: 'text', span });
  }
  return blocks;
}

interface Props {
  text: string;
  /** Code-point offsets within `text`; nothing is marked where they are the same. */
  from: number;
  to: number;
}

export function MarkedText({ text, from, to }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const blocks = useMemo(() => blocksOf(text), [text]);
  const mark = useMemo<Span>(() => {
    const offsets = utf16Offsets(text, [from, to]);
    return { start: offsets.get(from) ?? 0, end: to > from ? (offsets.get(to) ?? text.length) : 0 };
  }, [text, from, to]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another mark moves the text
  useEffect(() => {
    box.current?.querySelector('mark')?.scrollIntoView({ block: 'center' });
  }, [text, mark]);
  return (
    <div
      ref={box}
      data-testid="page-text"
      className="plain-bidi mx-auto max-w-[42rem] rounded-md bg-sheet p-6 font-serif leading-relaxed [overflow-wrap:anywhere] whitespace-pre-wrap"
    >
      {blocks.map((block) =>
        block.kind === 'text' ? (
          <Fragment key={block.span.start}>
            <Marked text={text} span={block.span} mark={mark} />
          </Fragment>
        ) : (
          <Table key={block.rows[0]?.[0]?.start} text={text} rows={block.rows} mark={mark} />
        ),
      )}
    </div>
  );
}

function Table({ text, rows, mark }: { text: string; rows: Span[][]; mark: Span }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled with the keyboard too
    <section className="my-2 overflow-x-auto whitespace-normal" tabIndex={0} aria-label="Table">
      <table className="w-max max-w-none border-collapse font-sans text-sm leading-snug">
        <tbody>
          {rows.map((cells, n) => (
            <tr key={cells[0]?.start} className={n === 0 ? 'bg-sunk font-semibold' : ''}>
              {cells.map((span) => (
                <td key={span.start} className="max-w-80 border border-rule px-2 py-1 align-top">
                  <Marked text={text} span={span} mark={mark} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A stretch of the text, with the part of the mark that lies in it. */
function Marked({ text, span, mark }: { text: string; span: Span; mark: Span }) {
  const start = Math.max(span.start, mark.start);
  const end = Math.min(span.end, mark.end);
  if (start >= end) return text.slice(span.start, span.end);
  return (
    <>
      {text.slice(span.start, start)}
      <mark data-testid="highlight">{text.slice(start, end)}</mark>
      {text.slice(end, span.end)}
    </>
  );
}
