/** Cutting a text into sentences with their offsets: Unicode's rules (UAX #29), mended where they fail on documents. */

export interface Sentence {
  /** UTF-16 offsets within the given text; white space around is left out. */
  start: number;
  end: number;
  text: string;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' });

/** Ends that are no ends: abbreviations, initials, numbered references. */
const ABBREVIATION =
  /(?:^|[\s([])(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|vs|etc|e\.g|i\.e|cf|al|approx|ca|No|Nos|Nr|Art|Arts|Sec|Fig|Figs|Eq|Tab|Vol|pp?|ed|eds|Inc|Ltd|Co|Corp|Dept|Rev|Gen|Col|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|bzw|z\.\s?B|d\.\s?h|u\.\s?a|Abs|Bd|Hrsg|ggf|inkl|usw|[A-ZÄÖÜ])\.\s*$/u;
/** Abbreviations of several letters with spaces between them: “z. B.”, “s. l.”. */
const LETTER_END = /(?:^|[\s([])\p{L}\.\s*$/u;
const LETTER_START = /^\p{L}\./u;
/** A line that begins something new: a list item, a table row, a heading of Markdown. */
const NEW_ITEM = /^\s*(?:[-*•‣▪–]\s|\(?\d{1,3}[.)]\s|\(?[a-z][.)]\s|\||#{1,6}\s)/u;
/** Lines of wrapped text are at least this long. */
const WRAPPED = 60;
const PARAGRAPH = /\n[^\S\n]*\n/u;

/**
 * Sentences in order; together they cover all but white space. Paragraphs, list items and table rows are ends of their own,
 * even without a full stop; a single line break inside a paragraph is not.
 */
export function splitSentences(text: string): Sentence[] {
  const sentences: Sentence[] = [];
  for (const { start, end } of blocks(text)) {
    for (const cut of sentencesOf(text.slice(start, end))) push(sentences, text, start + cut.start, start + cut.end);
  }
  return sentences;
}

interface Span {
  start: number;
  end: number;
}

/** Runs of lines that belong together. */
function blocks(text: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    const rest = text.slice(at + 1, at + 80);
    if (!PARAGRAPH.test(text.slice(at, at + 40).split(/\S/u, 1)[0] ?? '') && !NEW_ITEM.test(rest) && !isRow(text.slice(start, at)))
      continue;
    spans.push({ start, end: at + 1 });
    start = at + 1;
  }
  spans.push({ start, end: text.length });
  return spans;
}

const isRow = (line: string) => line.trimStart().startsWith('|');

function sentencesOf(block: string): Span[] {
  const spans: Span[] = [];
  for (const { segment, index } of segmenter.segment(block)) {
    const last = spans.at(-1);
    if (last && continues(block.slice(last.start, last.end), segment)) last.end = index + segment.length;
    else spans.push({ start: index, end: index + segment.length });
  }
  return spans;
}

/** True when Unicode's rules cut too early: after an abbreviation, before a small letter, or at a mere line break. */
function continues(before: string, after: string): boolean {
  const end = endOf(before);
  if (ABBREVIATION.test(end) || (LETTER_END.test(end) && LETTER_START.test(after))) return true;
  if (/^\s*\p{Ll}/u.test(after)) return true;
  return wraps(before);
}

/** Of a text as far as abbreviations are looked for, which are short: what was cut off is a letter, not the start of the text. */
function endOf(text: string): string {
  const whole = text.trimEnd();
  return whole.length > ABBREVIATED ? `x${whole.slice(-ABBREVIATED)}` : whole;
}

const ABBREVIATED = 16;

/** A long line without an end is wrapped prose; a short one, or one that ends with a figure, is a row, a title or an item. */
function wraps(before: string): boolean {
  if (!/\n\s*$/u.test(before)) return false;
  const whole = before.trimEnd();
  const line = whole.slice(whole.lastIndexOf('\n') + 1);
  return line.length >= WRAPPED && !/[.!?…。！？؟।:;"”’)\]%\d]$/u.test(line);
}

function push(sentences: Sentence[], text: string, from: number, to: number): void {
  let start = from;
  let end = to;
  while (start < end && /\s/u.test(text[start] ?? '')) start += 1;
  while (end > start && /\s/u.test(text[end - 1] ?? '')) end -= 1;
  if (end > start) sentences.push({ start, end, text: text.slice(start, end) });
}
