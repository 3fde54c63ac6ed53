/** What a name names: by its own words, by what stands around it, and by a lexicon. */
import type { EntityType } from '../../../contract/graph';
import type { Candidate } from './candidates';
import { FAMILY_NAMES, HONORIFIC, ORGANISATION_WORDS, PLACE_WORDS, SPEECH } from './vocabulary';

/** What a dictionary knows of a run of words. `common`: an ordinary word that only begins a sentence. */
export type Lexicon = (name: string) => 'person' | 'place' | 'organisation' | 'common' | null;

/** `strength` 3: its own words say so; 2: what stands around; 1: the lexicon; 0: it is some name. */
export interface Verdict {
  type: EntityType;
  strength: number;
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
  const own = byItself(text, lexicon);
  if (own !== null) return { type: own, strength: 3 };
  const known = lexicon(text);
  if (known === 'common') return single || first ? null : { type: 'term', strength: 0 };
  // Abbreviations look like names to a lexicon.
  if (known === 'person' && single && text === text.toUpperCase()) return { type: 'term', strength: 0 };
  if (known !== null) return { type: known, strength: first && single ? 1 : 1.5 };
  return bySurroundings(candidate, single) ?? { type: 'term', strength: 0 };
}

/** What its own words say. */
function byItself(text: string, lexicon: Lexicon): EntityType | null {
  if (TITLED.test(text)) return 'person';
  const words = text.split(/\s/u);
  if (words.length === 1) return null;
  if (words.some((word) => ORGANISATION_WORDS.has(word.toLowerCase()))) return 'organisation';
  const [first = ''] = words;
  const last = (words.at(-1) ?? '').toLowerCase();
  if (FAMILY_NAMES.has(last) && lexicon(first) === 'person') return 'person';
  return PLACE_WORDS.has(last) || BEFORE_PLACE.test(first) ? 'place' : null;
}

function bySurroundings({ before, after, first }: Candidate, single: boolean): Verdict | null {
  if (SPOKEN.test(after) || SPEAKS.test(before)) return { type: 'person', strength: first && single ? 1 : 2 };
  if (EMPLOYS.test(before)) return { type: 'organisation', strength: 2 };
  return LOCATED.test(before) ? { type: 'place', strength: 2 } : null;
}
