/** What a name names: by its own words, by what stands around it, and by a lexicon. */
import type { EntityType } from '../../../contract/graph';
import type { Lexicon } from '../../ports/lexicon';
import type { Candidate } from './candidates';
import { genderOfPatronymic, parseName } from './person-name';
import { isGivenName } from './short-forms';
import { ADDRESS, FAMILY_NAMES, HONORIFIC, OFFICE, ORGANISATION_WORDS, PLACE_WORDS, SPEECH, THING_WORDS, TRADE } from './vocabulary';

/** `strength` 3: its own words say so; 2: what stands around; 1: the lexicon; 0: it is some name. */
export interface Verdict {
  type: EntityType;
  strength: number;
  /** A dictionary takes it for an ordinary word: it is a name only where it never stands in small letters. */
  doubtful?: boolean;
}

const BEFORE_PLACE = /^(?:River|Lake|Mount|Cape|Port|Gulf|Isle|Bay|City|Republic|Kingdom)$/u;
const TITLED = new RegExp(`^(?:${HONORIFIC})\\.?\\s`, 'u');
const SPOKEN = new RegExp(`^\\s(?:had\\s|has\\s|then\\s|also\\s)?(?:${SPEECH})\\b|^[,”"’]+\\s(?:who|aged?)\\b|^\\swas\\sborn\\b`, 'u');
const SPEAKS = /[,?!”"’]\s?["”’]?\s?(?:said|replied|asked|cried|answered|exclaimed|whispered)\s$/u;
const LOCATED =
  /\b(?:born in|lives? in|lived in|living in|based in|located in|situated in|headquartered in|capital of|city of|town of|village of|island of|port of|moved to|travell?ed to|arrived in|arrived at|returned to|flew to|sailed to|road to|north of|south of|east of|west of)\s(?:the\s)?$/u;
const EMPLOYS =
  /\b(?:works? for|worked for|working for|works at|employed by|subsidiary of|acquired by|CEO of|founder of|co-founder of|chief executive of|chair of|shares in|company called|company|firm|start-?up|manufacturer)\s(?:the\s)?$/u;

/** Null when it is no name. */
export function classify(candidate: Candidate, lexicon: Lexicon): Verdict | null {
  const { text, first } = candidate;
  const single = !/\s/u.test(text);
  if (candidate.speaker) return { type: 'term', strength: 0, doubtful: lexicon(text) === 'common' };
  const own = byItself(text, lexicon);
  if (own !== null) return { type: own, strength: 3, doubtful: own === 'person' && isTitled(text) && !isAddressed(text, lexicon) };
  const known = isGivenName(text.toLowerCase()) ? 'person' : lookedUp(text, lexicon);
  if (known === 'common') {
    if (single) return { ...(bySurroundings(candidate, single) ?? { type: 'term', strength: 0 }), doubtful: true };
    return first ? null : { type: 'term', strength: 0 };
  }
  // Abbreviations look like names to a lexicon.
  if (known === 'person' && single && text === text.toUpperCase()) return { type: 'term', strength: 0 };
  if (known !== null) return { type: known, strength: first && single ? 1 : 1.5 };
  return bySurroundings(candidate, single) ?? { type: 'term', strength: 0 };
}

/** “d’Artois” is no short form of a verb, as a dictionary may think. */
function lookedUp(text: string, lexicon: Lexicon): ReturnType<Lexicon> {
  const kind = lexicon(text);
  return kind === 'common' && /^d['’]\p{L}/iu.test(text) ? null : kind;
}

export const isTitled = (text: string): boolean => TITLED.test(text);

const OFFICER = new RegExp(`^(?:${OFFICE})\\s`, 'u');
const ADDRESSED = new RegExp(`^(?:${ADDRESS})\\.?\\s`, 'u');

/** “Mr. Banks” is somebody; “General Terms” only where a dictionary knows the name, or the document does. */
const isAddressed = (text: string, lexicon: Lexicon): boolean => ADDRESSED.test(text) || lexicon(text.replace(TITLED, '')) === 'person';

const isOfBody = (word: string): boolean => ORGANISATION_WORDS.has(word.toLowerCase().replace(/\./gu, ''));

/** What its own words say. */
function byItself(text: string, lexicon: Lexicon): EntityType | null {
  const words = text.split(/\s/u);
  if (words.length === 1) return null;
  const [first = ''] = words;
  const thing = words.length > (ADDRESSED.test(text) ? 2 : 1) && words.slice(1).some(isOfBody);
  if (THING_WORDS.has((words.at(-1) ?? '').toLowerCase()) && !ADDRESSED.test(text) && !thing) return 'term';
  if (isTitled(text) && !thing)
    return ADDRESSED.test(text) || OFFICER.test(text) || !PLACE_WORDS.has((words.at(-1) ?? '').toLowerCase()) ? 'person' : 'place';
  if (thing || isOfBody(first)) return 'organisation';
  if (genderOfPatronymic(parseName(text)) !== null) return 'person';
  const last = (words.at(-1) ?? '').toLowerCase();
  if (FAMILY_NAMES.has(last) && lexicon(first) === 'person') return 'person';
  return PLACE_WORDS.has(last) || BEFORE_PLACE.test(first) ? 'place' : null;
}

/** “the analyst Norio Ohga”, “Norio Ohga, a spokesman for …”. */
const TRADED = new RegExp(`(?:^|[\\s-])(?:${TRADE})\\s$`, 'u');
const IS_OF_TRADE = new RegExp(`^,\\s(?:(?:an?|the|its|his|her|their)\\s)?(?:[\\p{Ll}'’-]+\\s){0,3}(?:${TRADE})\\b`, 'u');

/** “J. Eldon Dorman”, “M. Dubois”; no “U.S. Army”, “N. Korea”, “A. Background”. */
const INITIALS = /^(?!(?:U\.\s?[SKN]|D\.\s?C|E\.\s?U|[NSEW])\.\s\p{Lu})(?:\p{Lu}\.\s?)+[\p{Lu}d]['’\p{L}]{2}/u;

function bySurroundings({ text, before, after, first, titled }: Candidate, single: boolean): Verdict | null {
  // “Priya Raman <priya@example.org>”.
  if (/^["”]?\s<[^\s@<>]+@/u.test(after)) return { type: 'person', strength: 2 };
  if (/(?:^|[\s>])(?:Dear|Hi|Hello)\s$/u.test(before) && /^[,!]/u.test(after)) return { type: 'person', strength: 1 };
  if (INITIALS.test(text) && !first && !titled && !/\p{Lu}{2,}\s$/u.test(before)) return { type: 'person', strength: 2 };
  if (!single && (TRADED.test(before) || IS_OF_TRADE.test(after))) return { type: 'person', strength: 2 };
  if (SPOKEN.test(after) || SPEAKS.test(before)) return { type: 'person', strength: first && single ? 1 : 2 };
  if (EMPLOYS.test(before)) return { type: 'organisation', strength: 2 };
  if (LOCATED.test(before)) return { type: 'place', strength: 2 };
  if (/\b(?:in|at)\s$/u.test(before)) return { type: 'place', strength: 0.6 };
  return /\b(?:[Dd]ear|[Pp]oor)\s$/u.test(before) ? { type: 'person', strength: 0.7 } : null;
}
