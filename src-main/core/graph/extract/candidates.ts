/** Runs of capitalised words: what may be a name, with what stands before and after it. */
import type { Sentence } from '../../documents/sentences';
import type { Lexicon } from '../../ports/lexicon';
import { isGivenName } from './short-forms';
import { ADDRESS, BORNE, HONORIFIC, INNER, NO_NAME, OFFICE, OPENERS, ORGANISATION_WORDS } from './vocabulary';

/** A possible name; UTF-16 offsets within the chunk's text. */
export interface Candidate {
  start: number;
  end: number;
  text: string;
  /** Stands first in its sentence: the capital says nothing then. */
  first: boolean;
  /** Stands where everything is capitalised: a heading, a row of names. */
  titled: boolean;
  /** Stands alone in capitals on its line, as who speaks in a play. */
  speaker?: boolean;
  before: string;
  after: string;
}

const WORD = String.raw`(?:(?:St|Ste|Mt)\.\s(?=\p{Lu}))?(?:\p{Lu}\.(?:\s?\p{Lu}\.)*(?=\s\p{Lu}\p{Ll})|(?:d['’])?\p{Lu}(?!\.\p{Lu}\b)[\p{L}\p{M}\p{N}]*(?:[-'’&][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*)`;
const TITLE = `(?:(?:${HONORIFIC})\\.?|MM?\\.)\\s(?:(?:de la|de|du|des|von|van)\\s)?`;
const LINK = '(?:of the|of|de la|de los|de|del|della|di|da|van der|van den|van|von der|von|du|des|bin|ibn|&)';
/** Legal forms that are written with stops. */
const LEGAL = '(?:S\\.A\\.(?:S\\.|R\\.L\\.)?|S\\.p\\.A\\.|B\\.V\\.|N\\.V\\.|L\\.P\\.|L\\.L\\.[CP]\\.|P\\.L\\.C\\.)';
const RUN = new RegExp(
  `(?<![\\p{L}\\p{N}_@.'’/-])(?:${TITLE})*${WORD}(?:\\s(?:${LINK}\\s)?(?:${TITLE})*${WORD}){0,7}(?:,?\\s(?:(?:Inc|Ltd|LLC|GmbH|plc|Corp|Co)\\b|${LEGAL}))?`,
  'gu',
);
const AROUND = 40;
const SHOUTED = 0.7;

/** Everything in a sentence that may be a name. */
export function candidatesIn(text: string, sentence: Sentence, lexicon: Lexicon): Candidate[] {
  const letters = sentence.text.match(/\p{L}/gu)?.length ?? 0;
  const capitals = sentence.text.match(/\p{Lu}/gu)?.length ?? 0;
  if (letters === 0) return [];
  const speaker = speakerIn(text, sentence);
  if (speaker) return [speaker];
  if (letters > 4 && capitals / letters > SHOUTED) return [];
  const titled = isTitle(sentence.text);
  const isFirstName = (word: string) => isGivenName(word.toLowerCase()) || lexicon(word) === 'person';
  const found: Candidate[] = [];
  for (const match of sentence.text.matchAll(RUN)) {
    const dated = /^,?\s\d/u.test(sentence.text.slice(match.index + match[0].length));
    for (const { start, end } of pieces(match[0], dated ? () => false : isFirstName)) {
      const from = sentence.start + match.index + start;
      const to = sentence.start + match.index + end;
      found.push({
        start: from,
        end: to,
        text: text.slice(from, to),
        first: opensSentence(sentence.text.slice(0, from - sentence.start)),
        titled,
        before: text.slice(Math.max(sentence.start, from - AROUND), from),
        after: text.slice(to, Math.min(sentence.end, to + AROUND)),
      });
    }
  }
  return found;
}

const SPEAKER = /^(\p{Lu}[\p{Lu}'’-]+(?:\s\p{Lu}[\p{Lu}'’-]+){0,2})[.:]?$/u;

/** “HAMLET.” on a line of its own; whether that is somebody is told by how often it stands so. */
function speakerIn(text: string, { start, end, text: sentence }: Sentence): Candidate | null {
  const name = SPEAKER.exec(sentence)?.[1];
  const alone = /(?:^|\n)[^\S\n]*$/u.test(text.slice(0, start));
  if (name === undefined || !alone || name.split(/\s/u).some((word) => belongsToNone(word) && !STARTS.test(`${calm(word)} `))) return null;
  const to = start + name.length;
  return { start, end: to, text: name, first: true, titled: true, speaker: true, before: '', after: text.slice(to, end) };
}

const calm = (word: string): string => word.charAt(0) + word.slice(1).toLowerCase();

const opensSentence = (before: string) => !/[\p{L}\p{N}]/u.test(before) || /(?:^|[\s:—–-])["“‘'«„(]$|[:•|]\s*$/u.test(before);

/** Most words have capitals, and no stop ends it: a heading. */
function isTitle(sentence: string): boolean {
  if (/[.!?]["”’)]?$/u.test(sentence)) return false;
  const words = sentence.match(/[\p{L}]{4,}/gu) ?? [];
  return words.length > 0 && words.filter((word) => /^\p{Lu}/u.test(word)).length / words.length > 0.6;
}

interface Cut {
  start: number;
  end: number;
}

type IsFirstName = (word: string) => boolean;

const BETWEEN = new RegExp(
  `['’]s(?=\\s|$)|\\s(?:of the|of)\\s|\\s(?:${[...INNER].map(capital).join('|')})(?=\\s)|\\s(?=(?:${ADDRESS}|${OFFICE})\\.?\\s)`,
  'gu',
);
const STYLES = new RegExp(`^(?:(?:${HONORIFIC}|Right|Hon|Honou?rable|Most|Very|Late)(?:\\.?\\s|\\.?$))+$`, 'u');

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Cuts a run at possessives, before a title, at an “of” that links two names, and takes off words that belong to no name. */
function pieces(run: string, isFirstName: IsFirstName): Cut[] {
  const cuts: Cut[] = [];
  let start = 0;
  for (const match of run.matchAll(BETWEEN)) {
    const left = run.slice(start, match.index);
    if (/^\s(?:of the|of)\s$/u.test(match[0]) && headsOrganisation(left)) continue;
    if (/^\s$/u.test(match[0]) && STYLES.test(left)) continue;
    cuts.push({ start, end: match.index });
    start = match.index + match[0].length;
  }
  cuts.push({ start, end: run.length });
  return cuts.flatMap(({ start: from, end }) => trimmed(run, from, end, isFirstName));
}

const HEADS_PLACE = /(?:City|Bay|Isle|Gulf|Kingdom|Republic|State|States|Cape|Tower|Strait|Duke|Duchess|King|Queen|Prince|Earl)$/u;

/** “University of Oxford” is one name, “Elizabeth of York” two. */
function headsOrganisation(left: string): boolean {
  const last = left.trim().split(/\s/u).at(-1) ?? '';
  return ORGANISATION_WORDS.has(last.toLowerCase()) || HEADS_PLACE.test(last) || last === 'House' || last === 'Bank';
}

const STARTS = new RegExp(`^(?:${HONORIFIC})\\.?\\s`, 'u');

function trimmed(run: string, from: number, to: number, isFirstName: IsFirstName): Cut[] {
  let cut = withoutEdges(run, from, to);
  for (;;) {
    const text = run.slice(cut.start, cut.end);
    const words = text.split(/\s/u);
    const [first = ''] = words;
    const last = words.at(-1) ?? '';
    if (!STARTS.test(text) && belongsToNone(first)) cut = withoutEdges(run, cut.start + first.length, cut.end);
    else if (words.length > 1 && belongsToNone(last) && !isBorne(words, isFirstName))
      cut = withoutEdges(run, cut.start, cut.end - last.length);
    else return /\p{L}{2}/u.test(text) ? [cut] : [];
    if (cut.start >= cut.end) return [];
  }
}

const WEEKDAY = /day$/iu;

/** “Mr. March” and “Meg March”, “Lord de Winter”; not “met Meg Friday”. */
function isBorne(words: string[], isFirstName: IsFirstName): boolean {
  const last = words.at(-1) ?? '';
  const before = words.at(-2) ?? '';
  if (!BORNE.has(last.toLowerCase())) return false;
  if (STARTS.test(`${before} `) || /^\p{Ll}/u.test(before)) return true;
  return !WEEKDAY.test(last) && isFirstName(before);
}

/** Without the white space and the marks around it. */
function withoutEdges(run: string, from: number, to: number): Cut {
  let [start, end] = [from, to];
  while (start < end && /\s/u.test(run[start] ?? '')) start += 1;
  while (end > start && /[\s.,'’&-]/u.test(run[end - 1] ?? '')) end -= 1;
  return { start, end };
}

function belongsToNone(word: string): boolean {
  const plain = word.toLowerCase().replace(/[.’']/gu, '');
  return OPENERS.has(plain) || NO_NAME.has(plain);
}
