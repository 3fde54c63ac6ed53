/** The check: each sentence of an answer against the evidence, by code. Small models cite badly, so their marks are never trusted. */
import type { CheckedSentence, Citation } from '../../contract/chat';
import { codePointLength } from '../documents/code-points';
import { splitSentences } from '../documents/sentences';
import { pressmarkOf } from '../search/quote';
import { contentWords, numbersOf, rarity } from '../search/words';
import { claimsHold } from './claims';
import type { Evidence } from './evidence';

export interface CheckedAnswer {
  content: string;
  citations: Citation[];
  sentences: CheckedSentence[];
}

/** Share of a sentence's rarity-weighted words that its source must have. */
const ENOUGH = 0.6;
/** The same where words are pairs of letters: a name is only two of many. */
const ENOUGH_PAIRS = 0.85;
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Below this the best source is not worth showing, not even as unconfirmed. */
const RELATED = 0.3;
export const MARKS = /\s*\[(?:\d{1,2}(?:\s*[,–-]\s*\d{1,2})*)\]/g;

interface Match {
  evidence: Evidence;
  supported: boolean;
}

/** Collects citations in the order of their first use; the same words are cited under one number. */
export class CitationList {
  readonly citations: Citation[] = [];

  /** The number of this source; a source once confirmed stays so. */
  add({ chunk, start, end }: Evidence, supported: boolean): number {
    const pressmark = pressmarkOf(chunk, start, end);
    const present = this.citations.find(
      (one) => one.chunk_id === chunk.id && one.char_start === pressmark.char_start && one.char_end === pressmark.char_end,
    );
    if (present) {
      present.supported ||= supported;
      return present.n;
    }
    const n = this.citations.length + 1;
    this.citations.push({ ...pressmark, n, supported });
    return n;
  }
}

/**
 * Checks an answer. The marks that the model wrote are taken out; each sentence gets those of the evidence that holds it.
 * A sentence with a number or a name that its source lacks is never supported.
 */
export function checkAnswer(answer: string, evidence: Evidence[], list = new CitationList()): CheckedAnswer {
  const plain = answer.replace(MARKS, '').trim();
  const weight = rarity(evidence.map(({ words }) => words));
  const sentences: CheckedSentence[] = [];
  let content = '';
  let from = 0;
  for (const { start, end, text } of splitSentences(plain)) {
    content += plain.slice(from, start);
    from = end;
    if (!claims(text)) {
      content += text;
      continue;
    }
    const char_start = codePointLength(content);
    const match = bestMatch(text, evidence, weight);
    const n = match ? list.add(match.evidence, match.supported) : null;
    content += n === null ? text : withMark(text, n);
    sentences.push({
      char_start,
      char_end: codePointLength(content),
      supported: match?.supported ?? false,
      citations: n === null ? [] : [n],
    });
    from = end;
  }
  return { content: content + plain.slice(from), citations: list.citations, sentences };
}

/** The number of a list's item or a lone word claims nothing that could be checked. */
const claims = (text: string) => contentWords(text).size > 1 || numbersOf(text.replace(/^\s*\d{1,2}[.)]\s*/, '')).size > 0;

/** The mark stands before the full stop, as in print: “… grew by a tenth [1].” */
export function withMark(sentence: string, n: number): string {
  return sentence.replace(/((?:[.!?…。！？]["”’)]*)?)$/u, ` [${n}]$1`);
}

function bestMatch(sentence: string, evidence: Evidence[], weight: (word: string) => number): Match | null {
  const words = contentWords(sentence);
  let best: { evidence: Evidence; share: number } | null = null;
  for (const one of evidence) {
    const share = shareOf(words, one.words, weight);
    if (share > (best?.share ?? 0)) best = { evidence: one, share };
  }
  if (!best || best.share < RELATED) return null;
  const { chunk, text } = best.evidence;
  const around = contentWords(`${chunk.filename} ${chunk.heading_path.join(' ')} ${chunk.text}`);
  const enough = WIDE.test(sentence) ? ENOUGH_PAIRS : ENOUGH;
  return { evidence: best.evidence, supported: best.share >= enough && words.size > 1 && claimsHold(sentence, text, around) };
}

function shareOf(words: ReadonlySet<string>, source: ReadonlySet<string>, weight: (word: string) => number): number {
  let has = 0;
  let all = 0;
  for (const word of words) {
    const worth = weight(word);
    all += worth;
    if (source.has(word)) has += worth;
  }
  return all === 0 ? 0 : has / all;
}
