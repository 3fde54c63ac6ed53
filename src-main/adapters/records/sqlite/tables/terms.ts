/** A person's words → a full-text query that is never a syntax error. */

/** Scripts written without spaces between words: FTS5's word tokenizer sees one long word there, trigrams find parts of it. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Hangul}\p{Script=Arabic}]/u;
const UNSPACED_RUN = new RegExp(`${UNSPACED.source}+`, 'gu');

/** Whether a text has letters that only the trigram table finds. */
export const unspaced = (text: string): boolean => UNSPACED.test(text);

/** Letters, digits and marks, held together by the signs inside of identifiers and figures: A-12/34, 3.5%, o'clock. */
const TERM = /[\p{L}\p{N}\p{M}_]+(?:[.,\-/'’:&@+][\p{L}\p{N}\p{M}_]+)*/gu;
const MOST_TERMS = 64;

/** Words that are in every text of their language; they would only slow the search and blur its order. */
const STOP_WORDS = new Set(
  `a an and are as at be been but by can did do does for from had has have how i if in into is it its me my no not of on or our so such that the their then
  there these they this to was we were what when where which who whom whose why will with would you your
  der die das den dem des ein eine einer eines einem einen und oder ist sind war waren wird werden wurde wie was wer wo wann warum welche welcher welches mit von
  zu zum zur im in am an auf für bei nicht es sie er wir ihr hat haben
  le la les un une des du de et ou est sont était quel quelle quels quelles qui que quoi comment où quand pourquoi dans sur pour par avec ne pas il elle
  el los las una unos unas y o es son era fue qué quién cómo dónde cuándo por para con no se su sus lo al del en
  il lo gli uno e è sono chi che cosa come dove quando perché per con non si su nel della dei di da
  o os as um uma uns umas e é são quem como onde quando não em no na do da dos das
  de het een en of is zijn was waren wat wie waar wanneer hoe met van voor niet te op`.split(/\s+/),
);

const quoted = (term: string) => `"${term.replaceAll('"', '""')}"`;

function termsOf(text: string): string[] {
  const terms = [...new Set((text.normalize('NFC').match(TERM) ?? []).map((term) => term.toLowerCase()))];
  const telling = terms.filter((term) => !STOP_WORDS.has(term));
  return (telling.length > 0 ? telling : terms).slice(0, MOST_TERMS);
}

/** Terms joined by OR, each a quoted phrase; null when the text has none. */
export function wordQuery(text: string): string | null {
  const terms = termsOf(text);
  return terms.length > 0 ? terms.map(quoted).join(' OR ') : null;
}

/** Trigrams of the unspaced runs, joined by OR; null when there are none. A run of two characters cannot be found by trigrams. */
export function trigramQuery(text: string): string | null {
  const grams = (text.normalize('NFC').match(UNSPACED_RUN) ?? []).flatMap((run) => {
    const letters = [...run];
    return letters.slice(0, -2).map((_, at) => letters.slice(at, at + 3).join(''));
  });
  const unique = [...new Set(grams)].slice(0, MOST_TERMS);
  return unique.length > 0 ? unique.map(quoted).join(' OR ') : null;
}

/** Runs of one or two unspaced characters, to be looked for as they are. */
export function shortRuns(text: string): string[] {
  const runs = text.normalize('NFC').match(UNSPACED_RUN) ?? [];
  return [...new Set(runs.filter((run) => [...run].length < 3))].slice(0, 8);
}
