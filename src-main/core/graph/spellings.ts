/** Names that differ by one letter: by their deletions (the symmetric-delete method of SymSpell), so that each is only looked up. */
interface Spelled {
  key: string;
  type: string;
}

/** Of shorter names one letter is too much of the whole. */
const SHORTEST = 5;
const LONGEST = 60;
/** One letter says less here. */
const LONG = 8;
const MOST_ALIKE = 8;

export function closeSpellings<Name extends Spelled>(names: Name[], found: (a: Name, b: Name, score: number) => void): void {
  const by = new Map<string, Name[]>();
  for (const name of names.filter(isSpelled)) {
    for (const form of formsOf(name.key)) {
      const known = by.get(`${name.type} ${form}`) ?? [];
      const close = known.filter((other) => areClose(name.key, other.key));
      for (const other of close) found(name, other, name.key.length < LONG ? 0.5 : 0.65);
      if (known.length < MOST_ALIKE) known.push(name);
      by.set(`${name.type} ${form}`, known);
    }
  }
}

const isSpelled = ({ key }: Spelled): boolean => key.length >= SHORTEST && key.length <= LONGEST && !/\d/.test(key);

/** The word, and the word without each of its letters but the first. */
const formsOf = (key: string): Set<string> =>
  new Set([key, ...Array.from({ length: key.length - 1 }, (_, at) => key.slice(0, at + 1) + key.slice(at + 2))]);

/** One letter more, less, other, or two swapped. A plural is another word. */
function areClose(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  if (`${a}s` === b || `${b}s` === a) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  return Math.max(left.length, right.length) <= 1 || (left.length === 2 && left === [...right].reverse().join(''));
}
