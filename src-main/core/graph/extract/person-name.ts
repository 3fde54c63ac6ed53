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
  capn: 'captain',
  capt: 'captain',
  professor: 'prof',
  colonel: 'col',
  general: 'gen',
  lieutenant: 'lt',
  madame: 'mme',
  mademoiselle: 'mlle',
  reverend: 'rev',
};
const MEN = set('mr master sir lord king prince duke count baron father brother uncle herr monsieur don señor senor marquis squire');
const WOMEN = set('mrs ms miss mme mlle madam lady queen princess duchess countess baroness sister aunt frau señora senora doña dona dame');
const EITHER = set(
  'dr prof captain col gen major lt sergeant judge justice senator president chancellor minister inspector admiral rev commander',
);
/** Stand before given names. */
const BEFORE_GIVEN = set('sir lady king queen prince princess aunt uncle sister brother father don doña dona dame master');
export const MARRIED = set('mrs mme frau madam');
const NOBLE = set('sir lord king prince duke count baron marquis');
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
  const from = familyFrom(words);
  const family = words.slice(from).join(' ');
  if (words.length === 0) return { title, given: null, middle: [], family: null, single: null };
  if (from === 0) {
    const single = title === null ? family : null;
    return { title, given: null, middle: [], family: single === null ? family : null, single };
  }
  return { title, given: words[0] ?? null, middle: words.slice(1, from), family, single: null };
}

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

export const isNoble = (title: string): boolean => NOBLE.has(title);

export const standsBeforeGiven = (title: string): boolean => BEFORE_GIVEN.has(title);

const SHORT_FORMS = `
  elizabeth lizzy lizzie liza eliza beth betsy betty bess
  catherine kitty cathy kate katie cate
  katherine kitty kathy kate katie
  margaret meg peggy maggie madge
  mary polly molly
  sarah sally
  ellen nell nelly
  eleanor nell nelly ellie
  dorothea dodo dorothy
  wilhelmina mina
  theresa tess tessa
  susan sue susie
  rebecca becky
  frances fanny
  anne nan nancy annie
  anna annie
  josephine jo josie
  thomas tom tommy
  william will bill billy willie
  robert bob bobby rob robbie
  richard dick rick
  james jim jimmy jem jamie
  john jack johnny
  henry harry hal
  edward ned ted teddy eddie
  charles charlie charley
  george georgie
  joseph joe joey
  samuel sam sammy
  benjamin ben benny
  nicholas nick
  michael mike mick
  daniel dan danny
  david dave davy
  philip phil pip
  frederick fred freddy
  alexander alec alex sandy
  andrew andy drew
  anthony tony
  peter pete
  francis frank
  matthew matt
  christopher kit chris
  jeremiah jerry
  gerald jerry
  timothy tim
  edmund ned`;

const LONG_FORMS = new Map<string, Set<string>>();
for (const line of SHORT_FORMS.trim().split('\n')) {
  const [long = '', ...short] = line.trim().split(' ');
  for (const one of short) LONG_FORMS.set(one, (LONG_FORMS.get(one) ?? new Set()).add(long));
}

/** Given names that a short form can stand for. */
export const longForms = (short: string): ReadonlySet<string> => LONG_FORMS.get(short) ?? new Set();

/** Words of their own as well. */
const WORDS = set('will bill rob bob sue frank drew kit sandy pat nick jack dick rick hal pip jo tony');

/** First names that are not in every dictionary. */
export const isGivenName = (word: string): boolean => LONG_FORMS.has(word) && !WORDS.has(word);
