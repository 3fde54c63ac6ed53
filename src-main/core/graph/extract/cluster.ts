/** All writings of one person's name, as they are gathered; what these tell together. */
import { keyOf } from './names';
import { type Gender, genderOfPatronymic, isKin, type PersonName, parseName, standsBeforeGiven } from './person-name';
import { longForms } from './short-forms';

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

export interface Cluster {
  given: string | null;
  middle: string[];
  family: string | null;
  gender: Gender;
  titles: Set<string>;
  writings: Writing[];
  /** First names, in all the forms that stand in full. */
  calls: Set<string>;
  /** Only wrote the book, as far as the document says. */
  author: boolean;
}

export type Named = PersonName & { writing: Writing };

/** Of a patronymic, what all its forms have. */
const STEM = 6;

export const countOf = ({ writings }: Cluster): number => writings.reduce((sum, { count }) => sum + count, 0);
/** By this first name, or in full with it in this form. */
export const isCalledSo = ({ given, calls }: Cluster, name: string): boolean => given !== null && (given === name || calls.has(name));
export const hasPatronymic = ({ middle, family }: Cluster): boolean => genderOfPatronymic({ middle, family }) !== null;

/** Nobody is short with a lord, but with an uncle. */
export function isShortFor(short: string, { given, titles }: Pick<Cluster, 'given' | 'titles'>): boolean {
  if (given === null || !longForms(short).has(given)) return false;
  return ![...titles].some((title) => standsBeforeGiven(title.split(' ')[0] ?? '') && !isKin(title));
}

export const isHusbands = ({ given, titles }: Cluster): boolean => given === null && [...titles].some((title) => title.includes(' '));
export const agree = (a: Gender, b: Gender): boolean => a === null || b === null || a === b;

/** “John H. Watson” and “John Watson”, “John Hamish Watson”; not “John K. Watson”. */
export function fitMiddle(a: string[], b: string[]): boolean {
  if (a.length === 0 || b.length === 0) return true;
  return (
    a.length === b.length &&
    a.every((one, at) => isSameMiddle(one, b[at]) || (one[0] === b[at]?.[0] && (one.length === 1 || b[at]?.length === 1)))
  );
}

/** “Nikolaitch” and “Nikolaevitch” are one patronymic. */
export function isSameMiddle(a: string, b: string | undefined): boolean {
  if (a === b || b === undefined) return a === b;
  const gender = genderOfPatronymic({ middle: [a], family: null });
  return gender !== null && gender === genderOfPatronymic({ middle: [b], family: null }) && a.slice(0, STEM) === b.slice(0, STEM);
}

/** Most of what is said of a name follows “by”, or it only stands in headings. */
const isAuthor = ({ count, authored, inText }: Writing): boolean => authored * 2 >= count || inText === 0;

export function start({ given, middle, family, single, title, writing }: Named, gender: Gender, titles: string[] = []): Cluster {
  const all = new Set(title === null ? titles : [title, ...titles]);
  const author = given !== null && title === null && isAuthor(writing);
  return {
    given,
    middle,
    family: family ?? single,
    gender,
    titles: all,
    writings: [writing],
    calls: new Set(given === null ? [] : [given]),
    author,
  };
}

export function join(cluster: Cluster, { title, given, middle, writing }: Named, gender: Gender): void {
  cluster.writings.push(writing);
  if (given !== null) cluster.calls.add(given);
  cluster.gender ??= gender;
  if (cluster.middle.length === 0) cluster.middle = middle;
  if (title !== null) cluster.titles.add(title);
}

/** The full name is shown where it is one; of several the most frequent. */
export function personOf(cluster: Cluster, genderOfGiven: (given: string) => Gender): Person {
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
