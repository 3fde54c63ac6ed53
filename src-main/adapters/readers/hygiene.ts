/** Text as a person would type it: without what is invisible, with the letters that ligatures stand for, in one Unicode form. */

/** Nothing of such a text changes, and most texts are such. */
const PLAIN = /^[\n\t\x20-\x7e]*$/;
/** Colours and cursor movements of terminals (ECMA-48, control sequences), as logs hold them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const TERMINAL = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/g;
const LINE_END = /\r\n?|[\u0085\u2028\u2029\f\v]/g;
/** Controls, soft hyphens, zero-width spaces, word joiners, byte order marks, marks of ruby text, and code points that are no characters. */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\ufdd0-\ufdef\p{Noncharacter_Code_Point}]+/gu;
/** Where letters join by themselves, or syllables and emoji are built, a joiner changes what is read; elsewhere it only breaks words. */
const JOINER =
  /(?<!\ufe0f|[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Nkoo}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200c\u200d]+/gu;
const SPACE = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g;
/** Ligatures and the shapes that Arabic and Hebrew letters take; two of them are whole sentences and stay. */
const FORM = /[\ufb00-\ufb4f\ufb50-\ufdf9\ufdfc\ufe70-\ufefc]/g;
const LIGHT_SPACE = / /g;

/**
 * What every reader's text goes through before it is stored, so that what is typed or copied from the page is found in it.
 * Doing it twice changes nothing.
 */
export function tidy(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(TERMINAL, '')
    .replace(LINE_END, '\n')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(INVISIBLE, '')
    .replace(FORM, (form) => form.normalize('NFKC').replace(LIGHT_SPACE, ''))
    .normalize('NFC')
    .replace(JOINER, '')
    .replace(SPACE, ' ')
    .normalize('NFC');
}

/** All texts in a value of JSON. */
export function tidyAll(value: unknown): unknown {
  if (typeof value === 'string') return tidy(value);
  if (Array.isArray(value)) return value.map(tidyAll);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tidyAll(item)]));
}
