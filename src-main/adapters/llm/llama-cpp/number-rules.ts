/** Rules of a grammar (GBNF) for the numbers within bounds, which the library's own grammars for JSON cannot say. */

/** Digits of the longest whole number, and those behind the point. */
const MOST_DIGITS = 15;
const TOO_LONG = 10 ** MOST_DIGITS;
const FRACTION = '("." [0-9]{1,8})?';
const SOME_FRACTION = '"." [0-9]{0,7} [1-9]';

export interface Bounds {
  minimum?: number | undefined;
  maximum?: number | undefined;
  exclusiveMinimum?: number | undefined;
  exclusiveMaximum?: number | undefined;
}

/** Whole numbers, without an exponent. Null when there are none. */
export function integerRule({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Bounds): string | null {
  const low = Math.max(Math.ceil(minimum ?? -Infinity), Math.floor(exclusiveMinimum ?? -Infinity) + 1);
  const high = Math.min(Math.floor(maximum ?? Infinity), Math.ceil(exclusiveMaximum ?? Infinity) - 1);
  return signed(low, high, (from, to) => wholes(from, to));
}

/** Numbers with a fraction. Null where bounds have one themselves, or when there are none. */
export function numberRule({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Bounds): string | null {
  const low = Math.max(minimum ?? -Infinity, exclusiveMinimum ?? -Infinity);
  const high = Math.min(maximum ?? Infinity, exclusiveMaximum ?? Infinity);
  if (![low, high].every((bound) => Number.isInteger(bound) || Math.abs(bound) === Infinity)) return null;
  const without = new Set([exclusiveMinimum, exclusiveMaximum]);
  return signed(low, high, (from, to, sign) => fractions(from, to, (bound) => !without.has(sign * bound)));
}

/** What lies on both sides of zero, put together. @param side the rule of positive numbers; its bounds are not negative */
function signed(low: number, high: number, side: (from: number, to: number, sign: 1 | -1) => string | null): string | null {
  if (low >= TOO_LONG || high <= -TOO_LONG) return null;
  const [from, to] = [low <= -TOO_LONG ? -Infinity : low, high >= TOO_LONG ? Infinity : high];
  const above = to >= 0 ? side(Math.max(from, 0), to, 1) : null;
  const below = from < 0 ? side(Math.max(-to, 0), -from, -1) : null;
  return either([above, below === null ? null : `"-" ${below}`]);
}

function fractions(from: number, to: number, includes: (bound: number) => boolean): string | null {
  if (from > to) return null;
  const inside = to - from > 1 || to === Infinity ? wholes(from + 1, to === Infinity ? to : to - 1) : null;
  const first = includes(from) ? `"${from}" ${from === to ? '' : FRACTION}`.trim() : `"${from}" ${SOME_FRACTION}`;
  if (from === to) return includes(from) ? first : null;
  return either([first, inside === null ? null : `${inside} ${FRACTION}`, to !== Infinity && includes(to) ? `"${to}"` : null]);
}

/** Whole numbers from `from` to `to`, none of them negative; each length by itself. */
function wholes(from: number, to: number): string | null {
  if (from > to) return null;
  const rules: string[] = [];
  for (
    let digits = String(from).length;
    digits <= Math.min(String(to === Infinity ? 0 : to).length, MOST_DIGITS) || to === Infinity;
    digits += 1
  ) {
    const most = 10 ** digits - 1;
    if (to === Infinity && digits > String(from).length) return either([...rules, `[1-9] [0-9]{${digits - 1},${MOST_DIGITS - 1}}`]);
    rules.push(between(String(Math.max(from, digits === 1 ? 0 : 10 ** (digits - 1))), String(Math.min(to, most))));
  }
  return either(rules);
}

/** Both have the same length. */
function between(from: string, to: string): string {
  const [a = '', b = ''] = [from[0], to[0]];
  const [rest, end] = [from.slice(1), to.slice(1)];
  if (rest === '') return a === b ? `"${a}"` : `[${a}-${b}]`;
  if (a === b) return `"${a}" ${between(rest, end)}`;
  const [none, all] = ['0'.repeat(rest.length), '9'.repeat(rest.length)];
  const [first, last] = [rest === none ? Number(a) : Number(a) + 1, end === all ? Number(b) : Number(b) - 1];
  return (
    either([
      rest === none ? null : `"${a}" ${between(rest, all)}`,
      first > last ? null : `[${first}-${last}] [0-9]{${rest.length}}`,
      end === all ? null : `"${b}" ${between(none, end)}`,
    ]) ?? ''
  );
}

function either(rules: (string | null)[]): string | null {
  const there = rules.filter((rule) => rule !== null);
  return there.length > 1 ? `(${there.join(' | ')})` : (there[0] ?? null);
}
