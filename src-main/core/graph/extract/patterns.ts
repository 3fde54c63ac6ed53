/** What has a form of its own: dates, sums of money, identifiers, addresses, and terms that a text defines. */
import type { EntityType } from '../../../contract/graph';
import { keyOf } from './names';

/** Something found in a text; UTF-16 offsets. */
export interface Found {
  start: number;
  end: number;
  type: EntityType;
  key: string;
  name: string;
}

const MONTHS: Record<string, number> = {};
for (const [at, names] of [
  'january jan januar janvier',
  'february feb februar février',
  'march mar märz mars',
  'april apr avril',
  'may mai',
  'june jun juni juin',
  'july jul juli juillet',
  'august aug août',
  'september sept sep septembre',
  'october oct oktober octobre',
  'november nov novembre',
  'december dec dezember décembre',
].entries()) {
  for (const name of names.split(' ')) MONTHS[name] = at + 1;
}
const MONTH = `(?:${Object.keys(MONTHS)
  .sort((a, b) => b.length - a.length)
  .join('|')})`;
const DAY = '(?:0?[1-9]|[12]\\d|3[01])';
const YEAR = '(?:1[0-9]\\d\\d|20\\d\\d)';
const EDGE = '(?![\\p{L}\\p{N}])';
const START = '(?<![\\p{L}\\p{N}.,/-])';

type Maker = (match: RegExpMatchArray) => string | null;
const iso = (year?: string, month?: string | number, day?: string): string | null => {
  const number = typeof month === 'number' ? month : (MONTHS[(month ?? '').toLowerCase()] ?? Number(month));
  if (!(number >= 1 && number <= 12) || Number(day ?? 1) > 31) return null;
  const parts = [year, String(number).padStart(2, '0'), ...(day === undefined ? [] : [day.padStart(2, '0')])];
  return parts.filter((part) => part !== undefined).join('-');
};

const DATES: [RegExp, Maker][] = [
  [new RegExp(`${START}(${YEAR})-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])${EDGE}`, 'giu'), ([, y, m, d]) => iso(y, Number(m), d)],
  [
    new RegExp(`${START}(${DAY})(?:st|nd|rd|th|\\.)?\\s(?:of\\s)?(${MONTH})\\.?,?\\s(${YEAR})${EDGE}`, 'giu'),
    ([, d, m, y]) => iso(y, m, d),
  ],
  [new RegExp(`${START}(${MONTH})\\.?\\s(${DAY})(?:st|nd|rd|th)?,?\\s(${YEAR})${EDGE}`, 'giu'), ([, m, d, y]) => iso(y, m, d)],
  [new RegExp(`${START}(${DAY})\\.(0?[1-9]|1[0-2])\\.(${YEAR})${EDGE}`, 'gu'), ([, d, m, y]) => iso(y, Number(m), d)],
  [new RegExp(`${START}(${MONTH})\\.?\\s(${YEAR})${EDGE}`, 'giu'), ([, m, y]) => iso(y, m)],
  // A bare number is a year only where the words before it say so.
  [
    new RegExp(
      `(?<=\\b(?:in|since|by|until|till|from|during|before|after|of|year|around|about|early|late|seit|im Jahr|en|depuis)\\s)(${YEAR})(?![\\p{L}\\p{N}%°$€£]|[.,]\\d|\\s(?:metres|meters|people|euros|dollars|pages|miles|km|kg|feet|employees|copies|men|women|tons|tonnes|chunks|percent|per|million|billion))`,
      'giu',
    ),
    ([, y]) => y ?? null,
  ],
];

const SYMBOLS: Record<string, string> = { '€': 'eur', $: 'usd', '£': 'gbp', '¥': 'jpy' };
const CURRENCY = '(?:euros?|dollars?|pounds?|francs?|yen|rupees?|EUR|USD|GBP|CHF|JPY|US\\$)';
const AMOUNT = '\\d{1,3}(?:[,.’ ]\\d{3})+(?:[.,]\\d{1,2})?|\\d+(?:[.,]\\d{1,2})?';
const SCALE = '(?:\\s?(?:thousand|million|billion|trillion|bn|mn|m|k|Mio\\.?|Mrd\\.?))?';
const MONEY = [
  new RegExp(`(?:US)?[€$£¥]\\s?(?:${AMOUNT})${SCALE}${EDGE}`, 'gu'),
  new RegExp(`${START}(?:${AMOUNT})${SCALE}\\s?(?:${CURRENCY}${EDGE}|[€£])`, 'gu'),
  new RegExp(`${START}(?:EUR|USD|GBP|CHF|JPY)\\s?(?:${AMOUNT})${SCALE}${EDGE}`, 'gu'),
];

const IDENTIFIERS = [
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,24}(?![\p{L}\p{N}])/gu,
  /(?<![\p{L}\p{N}])(?:ISO(?:\/IEC)?|IEC|DIN|EN|IEEE|RFC|ANSI|NIST(?: SP)?|BS|ASTM|CVE|GOST|ECMA|ITU-T|FIPS|UN)(?:[ -](?:EN|ISO|IEC|SP|PUB))*[ -]?\d[\p{N}.:-]*\p{N}(?![\p{L}\p{N}])/gu,
  /(?<![\p{L}\p{N}])10\.\d{4,9}\/[^\s"<>()]*[\p{L}\p{N}]/gu,
  /(?<![\p{L}\p{N}])ISBN(?:-1[03])?:?\s?[\d-]{10,17}X?(?![\p{L}\p{N}])/gu,
  /(?<![\p{L}\p{N}-])[A-Z]{2,6}-\d{2,8}(?:-\d{1,8})*(?![\p{L}\p{N}-])/gu,
];

/** “X” means …; (the “X”); “X” shall mean …; hereinafter “X”. The quotes are straight, typographic or angular. */
const QUOTED = '["“”„«]\\s?([^"“”„«»\\n]{2,60}?)\\s?["”“»]';
const DEFINITIONS = [
  new RegExp(
    `${QUOTED}\\s(?:\\([^)]{1,40}\\)\\s)?(?:shall\\smean|means|has\\sthe\\smeaning|refers\\sto|is\\sdefined\\sas|bedeutet|bezeichnet|désigne)`,
    'giu',
  ),
  new RegExp(
    `\\((?:hereinafter\\s|hereafter\\s|together,?\\s|collectively,?\\s)*(?:referred\\sto\\sas\\s)?(?:the\\s|each,?\\san?\\s|an?\\s|der\\s|die\\s|das\\s|le\\s|la\\s)?${QUOTED}\\)`,
    'giu',
  ),
  new RegExp(`(?:hereinafter|hereafter|defined\\sas|referred\\sto\\sas)\\s(?:the\\s)?${QUOTED}`, 'giu'),
];

/** Everything of these kinds in a text; where two overlap, the earlier rule wins. */
export function findPatterns(text: string): Found[] {
  const found: Found[] = [];
  const add = (start: number, end: number, type: EntityType, key: string | null) => {
    if (key && key.length <= 200 && !found.some((other) => start < other.end && other.start < end)) {
      found.push({ start, end, type, key, name: text.slice(start, end).replace(/\s+/gu, ' ') });
    }
  };
  for (const rule of IDENTIFIERS)
    for (const match of text.matchAll(rule)) add(match.index, match.index + match[0].length, 'identifier', keyOf(match[0]));
  for (const rule of MONEY)
    for (const match of text.matchAll(rule)) add(match.index, match.index + match[0].length, 'money', moneyKey(match[0]));
  for (const [rule, key] of DATES)
    for (const match of text.matchAll(rule)) add(match.index, match.index + match[0].length, 'date', key(match));
  for (const rule of DEFINITIONS) {
    for (const match of text.matchAll(rule)) {
      const term = (match[1] ?? '').trim();
      const start = match.index + match[0].indexOf(term);
      if (/\p{L}/u.test(term)) add(start, start + term.length, 'term', keyOf(term));
    }
  }
  return found;
}

/** “$1,200” and “1200 dollars” are one sum. */
function moneyKey(text: string): string | null {
  const digits = text.match(/\d[\d.,’ ]*/u)?.[0].trim() ?? '';
  const number = digits
    .replace(/[,.’ ](?=\d{3}(?!\d))/gu, '')
    .replace(',', '.')
    .replace(/\.$/u, '');
  const symbol = text.match(/[€$£¥]/u)?.[0];
  const named = text.match(/eur|usd|gbp|chf|jpy|dollar|pound|franc|yen|rupee/iu)?.[0].toLowerCase();
  const codes: Record<string, string> = { dollar: 'usd', pound: 'gbp', franc: 'chf', yen: 'jpy' };
  const scale = text.match(/thousand|million|billion|trillion|bn|mn|Mio|Mrd|(?<=\d\s?)[mk](?!\p{L})/u)?.[0] ?? '';
  const scales: Record<string, string> = { bn: 'billion', mn: 'million', m: 'million', Mio: 'million', Mrd: 'billion', k: 'thousand' };
  const currency = symbol ? SYMBOLS[symbol] : named && (codes[named] ?? named);
  return number && currency ? [number, scales[scale] ?? scale, currency].filter(Boolean).join(' ') : null;
}
