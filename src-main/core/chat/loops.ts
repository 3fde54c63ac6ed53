/** Small models sometimes go round in circles; seen early, it costs nothing. */

const SHORTEST = 12;
const LOOKED_AT = 400;
const TIMES = 3;

/** True when the text ends with the same words three times over, numbers aside; lines of dashes in a table are no words. */
export function goesInCircles(text: string): boolean {
  const tail = text.slice(-LOOKED_AT).replace(/\d+/g, '0');
  for (let length = SHORTEST; length * TIMES <= tail.length; length += 1) {
    const last = tail.slice(-length);
    if (tail.endsWith(last.repeat(TIMES)) && /\p{L}{2}/u.test(last)) return true;
  }
  return false;
}
