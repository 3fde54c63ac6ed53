/** The answer without a chat model: the best sentences, quoted, each with its pressmark. */
import type { CheckedSentence } from '../../contract/chat';
import { codePointLength } from '../documents/code-points';
import { type CheckedAnswer, CitationList, withMark } from './cite';
import { type Evidence, isWhole } from './evidence';

const MOST_SENTENCES = 3;
/** A sentence this much worse than the best says something else. */
const CLOSE_TO_BEST = 0.8;
const SHOWN_CHARACTERS = 420;

/** What is said when the documents do not speak of the question. */
export const NOT_FOUND = 'Your documents do not answer this.';
export const CLOSEST = 'The closest passage:';

/** Quotes the best of what speaks to the question; `evidence` is best first and not empty. */
export function quoteAnswer(evidence: Evidence[], list = new CitationList(), before = ''): CheckedAnswer {
  let content = before;
  const sentences: CheckedSentence[] = [];
  for (const one of chosen(evidence)) {
    if (content !== '') content += '\n\n';
    const char_start = codePointLength(content);
    const n = list.add(one, true);
    content += withMark(shown(one), n);
    sentences.push({ char_start, char_end: codePointLength(content), supported: true, citations: [n] });
  }
  return { content, citations: list.citations, sentences };
}

/** "Not in your documents" is an answer; the nearest passage is offered, unconfirmed. */
export function declineAnswer(nearest: Evidence | undefined): CheckedAnswer {
  const list = new CitationList();
  const plain = { content: NOT_FOUND, sentences: [], citations: [] };
  if (!nearest) return plain;
  const content = `${NOT_FOUND} ${CLOSEST} ${withMark(shown(nearest), list.add(nearest, false))}`;
  return { ...plain, content, citations: list.citations };
}

function chosen(evidence: Evidence[]): Evidence[] {
  const telling = evidence.filter(({ title }) => !title);
  const candidates = telling.length > 0 ? telling : evidence;
  const best = candidates[0]?.score ?? 0;
  const kept: Evidence[] = [];
  for (const one of candidates) {
    if (kept.length === MOST_SENTENCES || one.score < best * CLOSE_TO_BEST) break;
    if (!kept.some((other) => sameWords(other.words, one.words))) kept.push(one);
  }
  return kept;
}

function sameWords(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared += 1;
  return shared >= 0.8 * Math.min(a.size, b.size);
}

/** Marks of the document's own notes and references would be taken for ours. */
export const OWN_MARKS = /\s?\[\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\]/g;

/** A row of a table or a heading is put under its own headings, since it says little alone. Long ones are cut; the quote is not. */
function shown({ text, chunk }: Evidence): string {
  const lines = isWhole(text) ? text : text.replace(/\s*\n\s*/g, ' · ');
  const line = lines
    .replace(OWN_MARKS, '')
    .replace(/\s+/g, ' ')
    .replace(/^[-•▪*]\s+/, '');
  const whole = /[.!?…。！？:;"”]$/u.test(line) || line.length > 120;
  const heading = chunk.heading_path.at(-1);
  const titled = whole || !heading || line.startsWith(heading) ? line : `${heading}: ${line}`;
  return titled.length > SHOWN_CHARACTERS ? `${titled.slice(0, SHOWN_CHARACTERS)}…` : titled;
}
