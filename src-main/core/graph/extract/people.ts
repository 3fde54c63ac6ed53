/** Who is who among the people of a document: which writings mean the same person, as far as that is certain. */
import { keyOf, plainWords } from './names';
import {
  type Gender,
  genderOf,
  isNoble,
  longForms,
  MARRIED,
  type PersonName,
  parseName,
  standsBeforeGiven,
  UNMARRIED,
} from './person-name';

/** One writing of a name, without regard to case and marks. */
export interface Writing {
  plain: string;
  written: string;
  count: number;
  /** How often it followed “by”: who wrote the book is nobody in it. */
  authored: number;
  /** How often it stood in a sentence, and not in a heading. */
  inText: number;
}

export interface Person {
  key: string;
  name: string;
  writings: Writing[];
}

interface Cluster {
  given: string | null;
  middle: string[];
  family: string | null;
  gender: Gender;
  titles: Set<string>;
  writings: Writing[];
  /** Only wrote the book, as far as the document says. */
  author: boolean;
}

type Named = PersonName & { writing: Writing };

/** @param genderOfGiven what a dictionary of first names says; null when it does not know */
export function whoIsWho(writings: Writing[], genderOfGiven: (given: string) => Gender): { people: Person[]; families: Set<string> } {
  const named = writings.map((writing): Named => ({ ...parseName(writing.written), writing }));
  const order = (a: Named, b: Named) => b.writing.count - a.writing.count || (a.writing.plain < b.writing.plain ? -1 : 1);
  const clusters = new Clusters(named, genderOfGiven);
  const full = named.filter(({ given }) => given !== null).sort(order);
  for (const one of full.filter(({ given }) => given?.length !== 1)) clusters.addFull(one);
  clusters.joinMiddles();
  for (const one of full.filter(({ given }) => given?.length === 1)) clusters.addInitials(one);
  const titled = named.filter(({ title, family, given }) => title !== null && family !== null && given === null).sort(order);
  // Who is a Miss or a Mr. is told first: a doctor may be either.
  for (const one of titled.filter(({ title }) => genderOf(title) !== null)) clusters.addTitled(one);
  for (const one of titled.filter(({ title }) => genderOf(title) === null)) clusters.addTitled(one);
  for (const one of named.filter(({ single }) => single !== null).sort(order)) clusters.addSingle(one);
  const families = new Set(clusters.all.flatMap(({ family }) => family ?? []));
  return { people: toldApart(clusters.all.map((cluster) => personOf(cluster, genderOfGiven))), families };
}

/** Captain Lydgate and Lydgate are two here: where a title is all that tells two apart, it belongs to the key. */
function toldApart(people: Person[]): Person[] {
  const taken = new Map<string, Person>();
  for (const person of people.toSorted((a, b) => a.name.length - b.name.length)) {
    if (taken.has(person.key)) person.key = plainWords(person.name).join(' ');
    taken.set(person.key, person);
  }
  return people;
}

class Clusters {
  all: Cluster[] = [];
  /** How often a word stands alone as a name. */
  private readonly alone: Map<string | null, number>;
  /** Titles that stand before each name. */
  private readonly titles = new Map<string | null, Set<string>>();

  constructor(
    named: Named[],
    private readonly genderOfGiven: (given: string) => Gender,
  ) {
    this.alone = new Map(named.flatMap(({ single, writing }) => (single === null ? [] : [[single, writing.count] as const])));
    for (const { title, given, family } of named) {
      if (title !== null && given === null) this.titles.set(family, (this.titles.get(family) ?? new Set()).add(title));
    }
  }

  addFull(one: Named): void {
    const { given, middle, family, title } = one;
    const gender = genderOf(title) ?? this.genderOfGiven(given ?? '');
    // “Mrs. John Dashwood” is not John.
    const husbands = title !== null && MARRIED.has(title) && this.genderOfGiven(given ?? '') === 'm';
    const same = this.all.filter(
      (known) =>
        (known.given === given || areForms(one, known)) &&
        known.family === family &&
        fitMiddle(known.middle, middle) &&
        agree(known.gender, gender) &&
        !isHusbands(known),
    );
    const [only] = same;
    if (!husbands && only && same.length === 1) join(only, one, gender);
    else this.all.push(husbands ? start({ ...one, given: null }, 'f', [`${title} ${given}`]) : start(one, gender));
  }

  /** “Anna Arkadyevna” and “Anna Arkadyevna Karenina”: what is the middle of one name may be the end of its shorter form. */
  joinMiddles(): void {
    for (const long of this.all.filter(({ middle }) => (middle[0]?.length ?? 0) > 1)) {
      const short = this.all.filter(
        ({ given, middle, family }) => given === long.given && middle.length === 0 && family === long.middle[0],
      );
      const [only] = short;
      if (!only || short.length > 1 || !agree(only.gender, long.gender)) continue;
      long.writings.push(...only.writings);
      long.author &&= only.author;
      for (const title of only.titles) long.titles.add(title);
      this.all = this.all.filter((one) => one !== only);
    }
  }

  /** “J. Smith” is John Smith where he is the only one who can be meant. */
  addInitials(one: Named): void {
    const gender = genderOf(one.title);
    const fitting = this.all.filter(
      ({ given, family, gender: other }) => family === one.family && given?.startsWith(one.given ?? ' ') && agree(other, gender),
    );
    this.attach(fitting, one, gender);
  }

  addTitled(one: Named): void {
    const { title, family: name } = one;
    const gender = genderOf(title);
    const eligible = this.eligible().filter((known) => agree(known.gender, gender));
    const sameTitle = (some: Cluster[]) => (tellsWho(title) ? narrowed(some, ({ titles }) => title !== null && titles.has(title)) : some);
    const byGiven = sameTitle(eligible.filter((known) => known.given === name || isShortFor(name ?? '', known)));
    if (title !== null && standsBeforeGiven(title) && byGiven.length > 0) {
      this.attach(byGiven, one, gender);
      return;
    }
    // Without a first name it is the same person only by the same title: the colonel and Mr. Forster may be two.
    const family = eligible.filter(
      (known) =>
        known.family === name &&
        marries(known, title) &&
        (known.given !== null || known.titles.has(title ?? '')) &&
        !this.isChild(known, one),
    );
    const others = title !== null && UNMARRIED.has(title) ? byGiven : [];
    this.attach(family.length > 0 ? byGender(sameTitle(family), gender) : others, one, gender);
  }

  /** By a given or a family name, or a short form of a given one. */
  addSingle(one: Named): void {
    this.attach(this.meantBy(one), one, null);
  }

  private meantBy(one: Named): Cluster[] {
    const name = one.single;
    const eligible = this.eligible();
    const byGiven = eligible.filter(({ given }) => given === name);
    const byFamily = eligible.filter(({ family }) => family === name);
    const meant = [...byGiven, ...byFamily];
    if (meant.length === 1) return byGiven.length === 0 ? meant.filter((known) => !isElsewhere(known, one)) : meant;
    if (meant.length > 1) return byGiven.length === 0 ? byNameAlone(byFamily) : byFar(meant);
    return byFar(eligible.filter((known) => isShortFor(name ?? '', known)));
  }

  /** Who is called by a first name, while Mr. and Mrs. of that name are others: Fred Vincy is not Mr. Vincy. */
  private isChild({ given, titles }: Cluster, { title, family, writing }: Named): boolean {
    const other = title === null ? undefined : SPOUSE[title];
    if (given === null || other === undefined || titles.has(title ?? '')) return false;
    return (this.alone.get(given) ?? 0) >= writing.count && (this.titles.get(family)?.has(other) ?? false);
  }

  /** “Young Jerry” is told apart from Jerry by just that. */
  private eligible(): Cluster[] {
    return this.all.filter(({ author, given }) => !author && !EPITHETS.has(given ?? ''));
  }

  /** To the only one who fits; else it is a person of its own. */
  private attach(fitting: Cluster[], one: Named, gender: Gender): void {
    const [only] = fitting;
    if (only && fitting.length === 1) join(only, one, gender);
    else this.all.push(start(one, gender));
  }
}

const SPOUSE: Record<string, string> = { mr: 'mrs', mrs: 'mr' };
const FAR = 2.5;
/** A family's name that stands so much more often than the only full one with it is somebody else's, too. */
const ELSEWHERE = 15;
const EPITHETS = new Set(['young', 'old', 'little', 'poor', 'dear', 'good', 'big', 'long']);

/** A doctor is the one who was called so before; a Miss may be any daughter of the house. */
const tellsWho = (title: string | null): boolean => title !== null && (genderOf(title) === null || standsBeforeGiven(title));

/** Those of which it is true; all where it is true of none. */
function narrowed(some: Cluster[], is: (cluster: Cluster) => boolean): Cluster[] {
  const those = some.filter(is);
  return those.length > 0 ? those : some;
}

const byGender = (some: Cluster[], gender: Gender): Cluster[] =>
  gender === null && some.length > 1 ? byNameAlone(some) : narrowed(some, (known) => known.gender === gender);

/** Where a family's women are called by a title, the name alone means a man: the only one, or the one named by far most. */
function byNameAlone(family: Cluster[]): Cluster[] {
  const others = family.filter(({ gender, titles }) => gender !== 'f' || titles.size === 0);
  return others.length === 1 && others.length < family.length ? others : byFar(others);
}

const countOf = ({ writings }: Cluster): number => writings.reduce((sum, { count }) => sum + count, 0);
const isElsewhere = (known: Cluster, { writing }: Named): boolean => writing.count > ELSEWHERE * countOf(known);

/** The one who is named so much more than the others together that these are named in passing. */
function byFar(some: Cluster[]): Cluster[] {
  const [first, ...others] = some.toSorted((a, b) => countOf(b) - countOf(a));
  return first && countOf(first) >= FAR * others.reduce((sum, one) => sum + countOf(one), 0) ? [first] : [];
}

/** “Jim Hawkins” and “James Hawkins”; their family names are compared elsewhere. */
function areForms({ given, title }: Named, known: Cluster): boolean {
  if (given === null || known.given === null || (title !== null && standsBeforeGiven(title))) return false;
  return isShortFor(given, known) || (longForms(known.given).has(given) && isShortFor(known.given, { ...known, given }));
}

/** Nobody is short with a lord. */
function isShortFor(short: string, { given, titles }: Cluster): boolean {
  return given !== null && longForms(short).has(given) && ![...titles].some((title) => standsBeforeGiven(title.split(' ')[0] ?? ''));
}

const isHusbands = ({ given, titles }: Cluster): boolean => given === null && [...titles].some((title) => title.includes(' '));
const agree = (a: Gender, b: Gender): boolean => a === null || b === null || a === b;

/** A Miss is no Mrs., a lord no Mr.; who is called by neither may be either. */
function marries({ titles, gender }: Cluster, title: string | null): boolean {
  if (title === null) return true;
  const has = (some: ReadonlySet<string>) => [...titles].some((one) => some.has(one.split(' ')[0] ?? ''));
  if (UNMARRIED.has(title) && titles.has('lady')) return false;
  if (!isNoble(title) && [...titles].some(isNoble) && !titles.has(title)) return false;
  // Of a first name that no dictionary knows: as likely her husband or her brother.
  if (MARRIED.has(title) && gender === null && !titles.has(title)) return false;
  if (MARRIED.has(title)) return !has(UNMARRIED) && ![...titles].some((one) => one.includes(' '));
  return !(UNMARRIED.has(title) && has(MARRIED));
}

/** “John H. Watson” and “John Watson”, “John Hamish Watson”; not “John K. Watson”. */
function fitMiddle(a: string[], b: string[]): boolean {
  if (a.length === 0 || b.length === 0) return true;
  return (
    a.length === b.length && a.every((one, at) => one === b[at] || (one[0] === b[at]?.[0] && (one.length === 1 || b[at]?.length === 1)))
  );
}

/** Most of what is said of a name follows “by”, or it only stands in headings. */
const isAuthor = ({ count, authored, inText }: Writing): boolean => authored * 2 >= count || inText === 0;

function start({ given, middle, family, single, title, writing }: Named, gender: Gender, titles: string[] = []): Cluster {
  const all = new Set(title === null ? titles : [title, ...titles]);
  const author = given !== null && title === null && isAuthor(writing);
  return { given, middle, family: family ?? single, gender, titles: all, writings: [writing], author };
}

function join(cluster: Cluster, { title, middle, writing }: Named, gender: Gender): void {
  cluster.writings.push(writing);
  cluster.gender ??= gender;
  if (cluster.middle.length === 0) cluster.middle = middle;
  if (title !== null) cluster.titles.add(title);
}

/** The full name is shown where it is one; of several the most frequent. */
function personOf(cluster: Cluster, genderOfGiven: (given: string) => Gender): Person {
  const { writings, titles } = cluster;
  const frequent = [...writings].sort((a, b) => b.count - a.count);
  const full = frequent.filter(({ written }) => (parseName(written).given?.length ?? 0) > 1);
  const surely = full.reduce((sum, { count }) => sum + count, 0) > 1 || (cluster.given !== null && genderOfGiven(cluster.given) !== null);
  const all = frequent.reduce((sum, { count }) => sum + count, 0);
  // “Mr. Darcy” says more than “Darcy”, unless he is hardly ever called so.
  const titled = frequent.find(({ written, count }) => written.includes(' ') && count * 5 >= all);
  // The name itself, where it stands without its title often enough.
  const plain = full.find(({ written, count }) => parseName(written).title === null && count * 4 >= (full[0]?.count ?? 0));
  const best = (surely ? (plain ?? full[0]) : undefined) ?? titled ?? frequent[0];
  const name = best?.written ?? '';
  const wife = [...titles].find((title) => title.includes(' '));
  return { key: wife === undefined ? keyOf(name) : (best?.plain ?? ''), name, writings };
}
