/** Made-up prose for measurements: the same each time, its words as frequent as those of a language. */

const VOCABULARY = 30_000;
const SYLLABLES = ['ba', 'ren', 'to', 'mil', 'sha', 'kor', 've', 'lin', 'da', 'fus', 'gre', 'po', 'ni', 'tal', 'wex'];

/**
 * The same numbers each time (mulberry32).
 * @param {number} seed
 * @returns {() => number} from 0 to 1
 */
export function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Words as frequent as Zipf's law has them: the commonest stand in nearly every chunk.
 * @param {number} seed
 * @param {number} [commonest] words more frequent than this rank are left out, as questions leave out "the" and "of"
 * @returns {(words: number) => string}
 */
export function createProse(seed, commonest = 1) {
  const random = createRandom(seed);
  const word = (rank) => {
    let [left, text] = [rank + 3, ''];
    for (; left > 0; left = Math.floor(left / SYLLABLES.length)) text += SYLLABLES[left % SYLLABLES.length];
    return text;
  };
  return (words) => Array.from({ length: words }, () => word(Math.floor(commonest * (VOCABULARY / commonest) ** random()))).join(' ');
}
