/** Pairs of names that may mean one and the same thing: found by what they share, never all against all. */
import type { MergeReason } from '../../contract/graph-merges';
import type { NameToCompare, SuggestedPair } from '../ports/graph';
import { familyOf, initialsOf, keyOf, withoutLegalForm } from './extract/names';
import { type Gender, genderOf, genderOfPatronymic, MARRIED, type PersonName, parseName } from './extract/person-name';
import { longForms } from './extract/short-forms';
import { closeSpellings } from './spellings';

const MOST_PAIRS = 1_000;
/** A name that fits more others than this fits none of them. */
const MOST_FITTING = 3;
const COMPARED = new Set(['person', 'organisation', 'place', 'term']);

interface Name extends NameToCompare {
  key: string;
  words: string[];
  /** How it reads as a person's. */
  read: PersonName;
  gender: Gender;
}

type Add = (a: Name, b: Name, reason: MergeReason, score: number) => void;

/** Most likely first. The fuller name stays, of equal ones the more frequent. */
export function findPairs(given: NameToCompare[], genderOfGiven: (given: string) => Gender): SuggestedPair[] {
  const names = given.filter(({ type }) => COMPARED.has(type)).map((one) => withWords(one, genderOfGiven));
  const best = new Map<string, SuggestedPair>();
  const add: Add = (a, b, reason, score) => {
    if (a.id === b.id || areTwo(a, b)) return;
    const [from, into] = stays(a, b) === a ? [b, a] : [a, b];
    const pair = [from.id, into.id].sort().join(' ');
    if ((best.get(pair)?.score ?? 0) < score) best.set(pair, { from: from.id, into: into.id, reason, score });
  };
  sameName(names, add);
  legalForms(names, add);
  initials(names, add);
  partsOfNames(names, add);
  shortForms(names, add);
  abbreviations(names, add);
  closeSpellings(names, (a, b, score) => add(a, b, 'spelling', score));
  return [...best.values()].sort((a, b) => b.score - a.score).slice(0, MOST_PAIRS);
}

function withWords(name: NameToCompare, genderOfGiven: (given: string) => Gender): Name {
  const key = keyOf(name.name);
  const read = parseName(name.name);
  const gender = genderOf(read.title) ?? genderOfPatronymic(read) ?? genderOfGiven(read.given ?? read.single ?? '');
  return { ...name, key, words: key.split(' '), read, gender };
}

/** A man and a woman, or a wife and who is called by her husband's name: “Mrs. Peter Blewett” and “Peter Blewett”. */
function areTwo(a: Name, b: Name): boolean {
  if (a.type !== 'person' || b.type !== 'person') return false;
  if (a.gender !== null && b.gender !== null && a.gender !== b.gender) return true;
  const [one, other] = [a, b].map(({ read }) => read.title);
  if (one !== other && one != null && other != null && genderOf(one) !== null && genderOf(other) !== null) return true;
  // “M. Coquenard” may be her husband.
  if (
    [a, b].some(({ read }) => read.given?.length === 1) &&
    [a, b].some(({ read }) => read.given === null && MARRIED.has(read.title ?? ''))
  )
    return true;
  const isMarried = (title: string | null | undefined) => title != null && MARRIED.has(title);
  return isMarried(one) !== isMarried(other) && (a.key === b.key || (one != null && other != null));
}

/** Words that say who it is: neither titles nor initials. */
const fullness = (name: Name): number => name.words.filter((word) => word.length > 1).length - (isTitled(name) ? 1 : 0);

const stays = (a: Name, b: Name): Name => {
  if (fullness(a) !== fullness(b)) return fullness(a) > fullness(b) ? a : b;
  if (a.words.length !== b.words.length) return a.words.length > b.words.length ? a : b;
  if (a.key.length !== b.key.length && a.mentions === b.mentions) return a.key.length > b.key.length ? a : b;
  return a.mentions >= b.mentions ? a : b;
};

function groupedBy(names: Name[], of: (name: Name) => string | null): Name[][] {
  const groups = new Map<string, Name[]>();
  for (const name of names) {
    const key = of(name);
    if (key === null || key === '') continue;
    const known = groups.get(key) ?? [];
    known.push(name);
    groups.set(key, known);
  }
  return [...groups.values()].filter(({ length }) => length > 1 && length <= 20);
}

function each(group: Name[], visit: (a: Name, b: Name) => void): void {
  for (const [at, a] of group.entries()) for (const b of group.slice(at + 1)) visit(a, b);
}

function sameName(names: Name[], add: Add): void {
  for (const group of groupedBy(names, ({ key }) => key)) each(group, (a, b) => add(a, b, 'type', 0.8));
}

function legalForms(names: Name[], add: Add): void {
  const bodies = names.filter(({ type }) => type === 'organisation' || type === 'term');
  for (const group of groupedBy(bodies, ({ key }) => withoutLegalForm(key))) each(group, (a, b) => add(a, b, 'legal_form', 0.9));
}

/** “J. Smith” and “John Smith”: surer where only one full name fits. */
function initials(names: Name[], add: Add): void {
  const people = names.filter(({ type, words }) => (type === 'person' || type === 'term') && words.length > 1);
  for (const group of groupedBy(people, ({ key }) => familyOf(key))) {
    for (const short of group) {
      const fitting = group.filter((other) => other.type === 'person' && other.read.given !== null && initialsOf(short.key, other.key));
      if (fitting.length <= MOST_FITTING) for (const one of fitting) add(short, one, 'initials', fitting.length === 1 ? 0.85 : 0.45);
    }
  }
}

/** One name begins or ends the other: “Darcy”, “Mr. Darcy” and “Fitzwilliam Darcy”. */
function partsOfNames(names: Name[], add: Add): void {
  const holding = new Map<string, Name[]>();
  for (const name of names.filter(({ words }) => words.length > 1)) {
    for (const part of edgesOf(name)) {
      const known = holding.get(part) ?? [];
      if (known.length <= MOST_FITTING) known.push(name);
      holding.set(part, known);
    }
  }
  for (const short of names) {
    const part = nameOf(short);
    const fitting = (holding.get(part) ?? []).filter((name) => name.id !== short.id && fits(short, name));
    if (fitting.length <= MOST_FITTING) for (const one of fitting) add(short, one, 'part_of_name', fitting.length === 1 ? 0.7 : 0.35);
  }
}

function edgesOf({ words }: Name): string[] {
  const parts = words.slice(1).flatMap((_, at) => [words.slice(0, at + 1).join(' '), words.slice(at + 1).join(' ')]);
  return [...new Set(parts)].filter((part) => part.length > 2);
}

/** A place is no part of a person. */
function fits(short: Name, long: Name): boolean {
  if (short.type !== long.type && short.type !== 'term') return false;
  return long.words.length > short.words.length || isTitled(short);
}

const isTitled = ({ words, read }: Name): boolean => words.length === 2 && read.title !== null && read.given === null;

/** Without the title that belongs to a key of two words. */
const nameOf = (name: Name): string => (isTitled(name) ? name.words.slice(1).join(' ') : name.key);

/** “Rodya” and “Rodion Romanovitch”: surer where only one full name has that first name. */
function shortForms(names: Name[], add: Add): void {
  const byGiven = new Map<string, Name[]>();
  for (const name of names.filter(({ type, read }) => type === 'person' && read.given !== null)) {
    const given = name.read.given ?? '';
    byGiven.set(given, [...(byGiven.get(given) ?? []), name]);
  }
  for (const short of names.filter(({ type, read }) => (type === 'person' || type === 'term') && read.given === null)) {
    const fitting = [...longForms(short.read.single ?? short.read.family ?? '')].flatMap((form) => byGiven.get(form) ?? []);
    if (fitting.length <= MOST_FITTING) for (const one of fitting) add(short, one, 'short_form', fitting.length === 1 ? 0.6 : 0.4);
  }
}

const SMALL = new Set(['of', 'the', 'and', 'for', 'de', 'la', 'du', 'und', 'für']);

function abbreviations(names: Name[], add: Add): void {
  const full = new Map<string, Name[]>();
  for (const name of names.filter(({ words, type }) => words.length > 1 && words.length < 8 && type !== 'person')) {
    const letters = name.words.filter((word) => !SMALL.has(word)).map((word) => word[0]);
    const known = full.get(letters.join('')) ?? [];
    known.push(name);
    full.set(letters.join(''), known);
  }
  for (const short of names.filter(({ name }) => /^\p{Lu}{2,7}$/u.test(name))) {
    const fitting = full.get(short.key) ?? [];
    if (fitting.length <= MOST_FITTING) for (const one of fitting) add(short, one, 'abbreviation', fitting.length === 1 ? 0.7 : 0.4);
  }
}
