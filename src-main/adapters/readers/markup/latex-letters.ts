/** How TeX writes letters, quotes and dashes → the characters themselves. */

const ACCENTS: Record<string, string> = {
  '`': '\u0300',
  "'": '\u0301',
  '^': '\u0302',
  '~': '\u0303',
  '=': '\u0304',
  u: '\u0306',
  '.': '\u0307',
  '"': '\u0308',
  r: '\u030a',
  H: '\u030b',
  v: '\u030c',
  d: '\u0323',
  c: '\u0327',
  k: '\u0328',
};
const LETTERS: Record<string, string> = {
  ss: 'ß',
  ae: 'æ',
  AE: 'Æ',
  oe: 'œ',
  OE: 'Œ',
  o: 'ø',
  O: 'Ø',
  aa: 'å',
  AA: 'Å',
  l: 'ł',
  L: 'Ł',
  i: 'ı',
  j: 'ȷ',
  dh: 'ð',
  th: 'þ',
  ldots: '…',
  dots: '…',
  textendash: '–',
  textemdash: '—',
  textquoteright: '’',
  textbackslash: '\\',
  textasciitilde: '~',
  textregistered: '®',
  copyright: '©',
  S: '§',
  P: '¶',
  pounds: '£',
  euro: '€',
  TeX: 'TeX',
  LaTeX: 'LaTeX',
};

export const texLetters = (source: string): string =>
  source
    .replace(/\\([`'^~=."])\s*(?:\{\s*\\?([a-zA-Z])\s*\}|\\?([a-zA-Z]))/g, (_, accent: string, braced?: string, bare?: string) =>
      accented(accent, braced ?? bare ?? ''),
    )
    .replace(/\\([uvHcdkr])(?:\s*\{\s*\\?([a-zA-Z])\s*\}|\s+\\?([a-zA-Z]))/g, (_, accent: string, braced?: string, bare?: string) =>
      accented(accent, braced ?? bare ?? ''),
    )
    .replace(/\\([a-zA-Z]+)(?![a-zA-Z])(?:\{\}|[^\S\n]*)/g, (whole, name: string) => LETTERS[name] ?? whole)
    .replace(/---/g, '—')
    .replace(/--/g, '–')
    .replace(/``/g, '“')
    .replace(/''/g, '”');

const accented = (accent: string, letter: string) => (letter + (ACCENTS[accent] ?? '')).normalize('NFC');
