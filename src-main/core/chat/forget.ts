/** An answer after one of its sources was deleted: the words of that document go out of it, and it says so. */
import type { CheckedSentence, Citation, Message } from '../../contract/chat';
import { codePointLength } from '../documents/code-points';

export type Told = Pick<Message, 'content' | 'citations' | 'sentences'>;

/**
 * Only the sentences that rest on other sources alone stay: what cites the deleted one holds its words, and what cites nothing may.
 * The citation itself stays, empty and marked, so that the answer can still say what it rested on. An answer without it is left as it is.
 */
export function withoutSource(told: Told, document_id: string): Told {
  if (!told.citations.some((citation) => citation.document_id === document_id && !citation.deleted)) return told;
  const citations = told.citations.map((citation) => (citation.document_id === document_id ? emptied(citation) : citation));
  const gone = new Set(citations.filter(({ deleted }) => deleted).map(({ n }) => n));
  const stays = ({ citations: used }: CheckedSentence) => used.length > 0 && !used.some((n) => gone.has(n));
  const kept = rebuild(told, told.sentences.filter(stays));
  return { citations, sentences: kept.sentences, content: kept.content + notice(citations, kept.content !== '') };
}

const emptied = (citation: Citation): Citation => ({
  ...citation,
  quote: '',
  char_end: citation.char_start,
  supported: false,
  deleted: true,
});

/** What stood between the sentences goes, too; only whether it was a new paragraph is kept. */
function rebuild({ content }: Told, sentences: CheckedSentence[]): { content: string; sentences: CheckedSentence[] } {
  const points = Array.from(content);
  const moved: CheckedSentence[] = [];
  let text = '';
  let end = 0;
  for (const sentence of sentences) {
    const between = points.slice(end, sentence.char_start).includes('\n') ? '\n\n' : ' ';
    if (text !== '') text += between;
    const char_start = codePointLength(text);
    text += points.slice(sentence.char_start, sentence.char_end).join('');
    end = sentence.char_end;
    moved.push({ ...sentence, char_start, char_end: codePointLength(text) });
  }
  return { content: text, sentences: moved };
}

function notice(citations: Citation[], partly: boolean): string {
  const names = new Set(citations.filter(({ deleted }) => deleted).map(({ filename }) => `“${filename}”`));
  const named = [...names].join(', ');
  return partly
    ? `\n\nThe rest of this answer was deleted with its source: ${named}.`
    : `This answer was deleted with its source: ${named}.`;
}
