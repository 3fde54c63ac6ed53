/** Who is who among the people of a document: which writings mean the same person, as far as that is certain. */
import {
  agree,
  type Cluster,
  countOf,
  fitMiddle,
  hasPatronymic,
  isCalledSo,
  isHusbands,
  isSameMiddle,
  isShortFor,
  join,
  type Named,
  type Person,
  personOf,
  start,
  type Writing,
} from './cluster';
import { plainWords } from './names';
import {
  EPITHETS,
  type Gender,
  genderOf,
  genderOfAddress,
  genderOfPatronymic,
  isNoble,
  isPeer,
  isRank,
  MARRIED,
  parseName,
  standsBeforeGiven,
  UNMARRIED,
} from './person-name';
import { isGivenName, longForms } from './short-forms';

/** @param genderOfGiven what a dictionary of first names says; null when it does not know */
export function whoIsWho(writings: Writing[], genderOfGiven: (given: string) => Gender): { people: Person[]; families: Set<string> } {
  const named = inFrench(writings.map((writing): Named => ({ ...parseName(writing.written), writing })));
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

/** “M. Dupont” is a monsieur where others are called Madame or Mademoiselle, and no Marcel. */
function inFrench(named: Named[]): Named[] {
  if (!named.some(({ writing }) => /^(?:Monsieur|Madame|Mme|Mlle|Mademoiselle)\b/u.test(writing.written))) return named;
  return named.map((one) => {
    if (one.title !== null || one.given !== 'm' || !/^M\.?\s/u.test(one.writing.written)) return one;
    const [given = null, ...middle] = one.middle;
    return { ...one, title: 'mr', given, middle };
  });
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
  /** Titles that stand before each name, with how often. */
  private readonly titles = new Map<string | null, Map<string, number>>();

  constructor(
    named: Named[],
    private readonly genderOfGiven: (given: string) => Gender,
  ) {
    this.alone = new Map(named.flatMap(({ single, writing }) => (single === null ? [] : [[single, writing.count] as const])));
    for (const { title, given, family, writing } of named) {
      if (title === null || given !== null) continue;
      const known = this.titles.get(family) ?? new Map<string, number>();
      this.titles.set(family, known.set(title, (known.get(title) ?? 0) + writing.count));
    }
  }

  addFull(one: Named): void {
    const { given, middle, family, title } = one;
    const gender = genderOf(title) ?? genderOfPatronymic(one) ?? genderOfAddress(given ?? '') ?? this.genderOfGiven(given ?? '');
    // “Mrs. John Dashwood” is not John.
    const husbands = title !== null && MARRIED.has(title) && this.isMan(given ?? '');
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
        ({ given, middle, family }) =>
          given === long.given && middle.length === 0 && family !== null && isSameMiddle(family, long.middle[0]),
      );
      const [only] = short;
      if (!only || short.length > 1 || !agree(only.gender, long.gender)) continue;
      long.writings.push(...only.writings);
      for (const one of only.calls) long.calls.add(one);
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
    const has = ({ titles }: Cluster) => title !== null && titles.has(title);
    const sameTitle = (some: Cluster[]) => (tellsWho(title) ? narrowed(some, has) : some);
    const exactly = eligible.filter((known) => isCalledSo(known, name ?? ''));
    const byGiven = sameTitle(exactly.length > 0 ? exactly : eligible.filter((known) => isShortFor(name ?? '', known)));
    if (title !== null && standsBeforeGiven(title) && byGiven.length > 0) {
      this.attach(byGiven, one, gender);
      return;
    }
    const family = eligible.filter((known) => this.mayBe(known, one));
    const married = title !== null && MARRIED.has(title);
    if (family.length > 0) this.attach(married ? family : byGender(sameTitle(family), gender), one, gender);
    else this.attach(this.byFirstName(byGiven, one), one, gender);
  }

  /** Whether somebody of that family may be called so. */
  private mayBe(known: Cluster, one: Named): boolean {
    const { title } = one;
    if (known.family !== one.family || title === null || !this.marries(known, one)) return false;
    if (this.isChild(known, one)) return false;
    const has = known.titles.has(title);
    // Without a first name it is the same person only by the same title: the colonel and Mr. Forster may be two.
    if (known.given === null) return has || (isPeer(title) && [...known.titles].some(isPeer));
    return has || !isRank(title) || known.gender !== 'f';
  }

  /** “Miss Elizabeth” is any Elizabeth; “Mr. Edgar” is only one who is called Edgar far more often; “Mrs. Rachel” was Mrs. Rachel before. */
  private byFirstName(byGiven: Cluster[], { title, family, writing }: Named): Cluster[] {
    if (title === null || UNMARRIED.has(title)) return byGiven;
    const before = byGiven.filter(({ titles }) => titles.has(title));
    if (before.length > 0) return before;
    // Of a name that is a family's as well, a Mr. is one of the family.
    const firstName = this.all.every((known) => known.given === null || known.family !== family);
    return firstName && !MARRIED.has(title) && (this.alone.get(family) ?? 0) >= 2 * writing.count ? byGiven : [];
  }

  /** By a given or a family name, or a short form of a given one. */
  addSingle(one: Named): void {
    this.attach(this.meantBy(one), one, null);
  }

  private meantBy(one: Named): Cluster[] {
    const name = one.single ?? '';
    const eligible = this.eligible();
    const byGiven = eligible.filter((known) => isCalledSo(known, name));
    const byFamily = eligible.filter((known) => known.family === name && this.isCalled(known, one));
    // A first name is first of all that of somebody who has it: “Mr. Edgar” may be another.
    const [only] = byFamily.every(({ given }) => given === null) ? byFar(byGiven) : [];
    if (only) return [only];
    if (byGiven.length > 0) return byFar([...byGiven, ...byFamily]);
    if (byFamily.length === 1) return byFamily.filter((known) => !this.isElsewhere(known, one));
    if (byFamily.length > 1) return byNameAlone(byFamily.filter((known) => !this.isByFirstName(known, one, byFamily)));
    return byFar(eligible.filter((known) => isShortFor(name, known) && this.isIntimate(known, one)));
  }

  /** Whether the family's name alone may mean this one: Joe is not Mrs. Joe, and a wife is seldom called without her title. */
  private isCalled(known: Cluster, { single, writing }: Named): boolean {
    if (known.given !== null || known.gender !== 'f') return true;
    const gender = this.genderOfGiven(single ?? '');
    if (gender !== null || isGivenName(single ?? '')) return gender !== 'm';
    return ![...known.titles].some((title) => MARRIED.has(title) || title === 'lady') || writing.count <= countOf(known);
  }

  /** A pet name belongs to somebody who is called by the first name as well: of others it may be the child. */
  private isIntimate({ given }: Cluster, { writing }: Named): boolean {
    return (this.alone.get(given) ?? 0) * INTIMATE >= writing.count;
  }

  /** A family's name that stands so much more often than its only bearer, who has no title, or whom all call by the first name. */
  private isElsewhere(known: Cluster, { writing }: Named): boolean {
    if (writing.count <= ELSEWHERE * countOf(known)) return false;
    return known.gender === 'f' || known.titles.size === 0 || (this.alone.get(known.given) ?? 0) * OWN_NAME > writing.count;
  }

  /** A woman whom all call by her first name, beside a man of the family: Doolittle is Eliza's father. */
  private isByFirstName({ gender, given }: Cluster, { writing }: Named, family: Cluster[]): boolean {
    return gender === 'f' && (this.alone.get(given) ?? 0) >= writing.count && family.some((one) => one.gender === 'm');
  }

  private inFullWith({ writings }: Cluster, title: string | null): number {
    const full = writings.filter(({ written }) => parseName(written).title === title && parseName(written).given !== null);
    return full.reduce((sum, { count }) => sum + count, 0);
  }

  private isMan(given: string): boolean {
    const gender = this.genderOfGiven(given);
    if (gender !== null) return gender === 'm';
    return [...(this.titles.get(given)?.keys() ?? [])].some((title) => genderOf(title) === 'm');
  }

  /** Who is called by a first name, while Mr. and Mrs. of that name are others: Fred Vincy is not Mr. Vincy. */
  private isChild(known: Cluster, { title, family, writing }: Named): boolean {
    const { given, titles } = known;
    const other = title === null ? undefined : SPOUSE[title];
    if (given === null || other === undefined) return false;
    const spouse = this.titles.get(family)?.get(other) ?? 0;
    // “Mr. Frank Churchill”, again and again, is told apart from Mr. Churchill.
    if (titles.has(title ?? '')) return spouse > 0 && this.inFullWith(known, title) >= writing.count;
    const isRare = writing.count > ELSEWHERE * countOf(known);
    return (this.alone.get(given) ?? 0) >= writing.count && (isRare || spouse * PAIR >= writing.count);
  }

  /** A Miss is no Mrs., a lord no Mr.; who is called by neither may be either. */
  private marries(known: Cluster, { title, writing }: Named): boolean {
    const { given, titles, gender } = known;
    if (title === null) return true;
    const has = (some: ReadonlySet<string>) => [...titles].some((one) => some.has(one.split(' ')[0] ?? ''));
    if (UNMARRIED.has(title)) return !titles.has('lady') && !has(MARRIED);
    if (!isNoble(title) && [...titles].some(isNoble) && !titles.has(title)) return false;
    if (isHusbands(known)) return false;
    if (!MARRIED.has(title) || titles.has(title)) return true;
    // Of a first name that no dictionary knows: as likely her husband or her brother.
    if (gender === null || has(UNMARRIED)) return false;
    // A daughter is a Miss, or hardly named beside her mother.
    if ([...UNMARRIED].some((one) => this.titles.get(given)?.has(one))) return false;
    return (countOf(known) + (this.alone.get(given) ?? 0)) * NAMED_BESIDE >= writing.count;
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
const ELSEWHERE = 15;
/** Mr. and Mrs. are a pair where one is named at most so much more often than the other. */
const PAIR = 5;
const NAMED_BESIDE = 5;
const INTIMATE = 20;
/** Whom all call by the first name is not meant by the family's name, which stands at most so much more often. */
const OWN_NAME = 3;

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
  const others = family.filter((one) => one.gender !== 'f' || (one.titles.size === 0 && !hasPatronymic(one)));
  return others.length === 1 && others.length < family.length ? others : byFar(others);
}

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
