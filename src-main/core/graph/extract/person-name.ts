/** The parts of a person's name: titles, given names, family name; and what a title says of who bears it. */
import { plainWords } from './names';

export type Gender = 'm' | 'f' | null;

export interface PersonName {
  /** The first title, in one writing of it; null without one. */
  title: string | null;
  given: string | null;
  /** Between the two, initials among them. */
  middle: string[];
  /** Of a name of one word this is not known: then both are null, and `single` is the word. */
  family: string | null;
  single: string | null;
}

/** Titles that are written in several ways. */
const SAME: Record<string, string> = {
  doctor: 'dr',
  mister: 'mr',
  mester: 'mr',
  maister: 'mr',
  mistress: 'miss',
  capn: 'captain',
  capt: 'captain',
  professor: 'prof',
  colonel: 'col',
  corporal: 'cpl',
  general: 'gen',
  lieutenant: 'lt',
  constable: 'pc',
  gov: 'governor',
  sen: 'senator',
  czar: 'tsar',
  madame: 'mme',
  mademoiselle: 'mlle',
  reverend: 'rev',
  comte: 'count',
  comtesse: 'countess',
  duc: 'duke',
  duchesse: 'duchess',
  vicomte: 'viscount',
  marquise: 'marchioness',
  monsieur: 'mr',
  messieurs: 'mr',
  messrs: 'mr',
  mm: 'mr',
  herr: 'mr',
  signor: 'mr',
  senor: 'mr',
  signora: 'mrs',
  senora: 'mrs',
  fraulein: 'miss',
};
const MEN = set(
  'mr master sir lord king prince duke count baron earl viscount marquis emperor tsar pope cardinal bishop archbishop archdeacon abbe father brother uncle grandfather don squire chevalier',
);
const WOMEN = set(
  'mrs ms miss mme mlle madam lady queen princess duchess countess viscountess marchioness baroness empress sister aunt grandmother frau dona dame',
);
/** Of an office, a rank or a profession. */
const EITHER = set(
  'dr prof captain col gen major lt cpl sergeant marshal judge justice senator president chancellor minister secretary governor mayor ambassador inspector superintendent pc detective admiral rev canon rabbi commander commandant commodore cousin',
);
/** Of those, the ones that a stranger is not given for his family's sake: a colonel's daughter is no colonel. */
const RANKS = set('captain col gen major lt cpl sergeant marshal inspector superintendent pc admiral commander commandant commodore');
/** Stand before given names. */
const BEFORE_GIVEN = set(
  'sir lady king queen prince princess emperor empress tsar pope aunt uncle cousin grandmother grandfather sister brother father don dona dame master',
);
/** Of one's own family: they may stand before a pet name. */
const KIN = set('aunt uncle cousin grandmother grandfather sister brother father master');
/** “of” and a land behind these says where they rule, not what they are called. */
const RULERS = set('king queen prince princess emperor empress tsar pope bishop archbishop');
export const MARRIED = set('mrs mme frau madam');
const NOBLE = set('sir lord king prince duke count baron earl viscount marquis emperor tsar');
/** Each of these is “my lord”. */
const PEERS = set('lord duke count baron earl viscount marquis');
export const UNMARRIED = set('miss mlle');
/** “The Right Honourable Lady …”. */
const STYLES = set('right honourable honorable most very late');
const PARTICLES = set('de du des del della di da van von der den la le las los ten ter bin ibn al el mac st saint');
const SUFFIXES = set('jr sr esq esquire ii iii iv');

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}

const titleIn = (word: string): string | null => {
  const one = SAME[word] ?? word;
  return MEN.has(one) || WOMEN.has(one) || EITHER.has(one) ? one : null;
};

export function parseName(text: string): PersonName {
  const words = plainWords(text);
  while (words.length > 1 && STYLES.has(words[0] ?? '')) words.shift();
  let title: string | null = null;
  for (let one = titleIn(words[0] ?? ''); one !== null && words.length > 0; one = titleIn(words[0] ?? '')) {
    title ??= one;
    words.shift();
  }
  while (words.length > 1 && SUFFIXES.has(words.at(-1) ?? '')) words.pop();
  if (title !== null && words[0] === 'of') return { title, given: null, middle: [], family: realmOf(title, words), single: null };
  const from = familyFrom(words);
  const family = words.slice(from).join(' ');
  if (words.length === 0) return { title, given: null, middle: [], family: null, single: null };
  if (from === 0) {
    const single = title === null ? family : null;
    return { title, given: null, middle: [], family: single === null ? family : null, single };
  }
  return { title, given: words[0] ?? null, middle: words.slice(1, from), family, single: null };
}

/** The Earl of Glengyle is Lord Glengyle; nobody calls the King of Norway “Norway”. */
const realmOf = (title: string, words: string[]): string => words.slice(RULERS.has(title) ? 0 : 1).join(' ');

/** Where the family name begins: at its last word, or at the first of the small words before that. */
function familyFrom(words: string[]): number {
  let from = Math.max(0, words.length - 1);
  while (from > 0 && PARTICLES.has(words[from - 1] ?? '')) from -= 1;
  return from;
}

export function genderOf(title: string | null): Gender {
  if (title === null) return null;
  if (MEN.has(title)) return 'm';
  return WOMEN.has(title) ? 'f' : null;
}

/** By the father's name in the middle or at the end, as Russians have it: “Petrovna”, “Ilyitch”. */
export function genderOfPatronymic({ middle, family }: Pick<PersonName, 'middle' | 'family'>): Gender {
  const name = middle[0] ?? family ?? '';
  if (/(?:[oe]vna|inichna|inishna)$/u.test(name)) return 'f';
  return /(?:[oey]vi?t?ch|[aeklmnty]itch|[klmy]ich)$/u.test(name) && name.length > 5 ? 'm' : null;
}

export const isRank = (title: string): boolean => RANKS.has(title);
export const isPeer = (title: string): boolean => PEERS.has(title);
export const isKin = (title: string): boolean => KIN.has(title);

/** Forms of address that are used like first names. */
const ADDRESSES: Record<string, Gender> = { milady: 'f', milord: 'm' };

export const genderOfAddress = (given: string): Gender => ADDRESSES[given] ?? null;

export const isNoble = (title: string): boolean => NOBLE.has(title);

export const standsBeforeGiven = (title: string): boolean => BEFORE_GIVEN.has(title);

/** Tell apart two of one name. */
export const EPITHETS = set('young old little poor dear good big long saint st');
