/** Numbers as lists write them (ST_NumberFormat, ECMA-376 part 1, 17.18.59); the rarer ways are written in figures. */

const ROMAN: [number, string][] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
];
const ROMAN_MOST = 3_999;
const CHINESE_MOST = 9_999;
const CIRCLED_MOST = 20;
const LETTERS = 26;
/** A hostile number of letters; Word repeats them: aa, bbb. */
const REPEATED_MOST = 30;

/** "4" as "iv", "d", "四"… */
export function countedAs(value: number, format: string): string {
  const number = Math.trunc(value);
  switch (format) {
    case 'upperRoman':
      return roman(number).toUpperCase();
    case 'lowerRoman':
      return roman(number);
    case 'upperLetter':
      return letters(number).toUpperCase();
    case 'lowerLetter':
      return letters(number);
    case 'decimalZero':
      return String(number).padStart(2, '0');
    case 'ordinal':
      return `${number}${ordinalEnd(number)}`;
    case 'decimalEnclosedCircle':
    case 'decimalEnclosedCircleChinese':
      return number >= 1 && number <= CIRCLED_MOST ? String.fromCodePoint(0x2460 + number - 1) : String(number);
    case 'chineseCounting':
    case 'chineseCountingThousand':
    case 'ideographDigital':
    case 'japaneseCounting':
    case 'taiwaneseCounting':
    case 'taiwaneseCountingThousand':
      return chinese(number);
    case 'none':
      return '';
    default:
      return String(number);
  }
}

function roman(number: number): string {
  if (number < 1 || number > ROMAN_MOST) return String(number);
  let left = number;
  let text = '';
  for (const [worth, sign] of ROMAN) {
    for (; left >= worth; left -= worth) text += sign;
  }
  return text;
}

function letters(number: number): string {
  if (number < 1 || number > LETTERS * REPEATED_MOST) return String(number);
  const letter = String.fromCharCode(0x61 + ((number - 1) % LETTERS));
  return letter.repeat(Math.ceil(number / LETTERS));
}

function ordinalEnd(number: number): string {
  if (number % 100 >= 11 && number % 100 <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][number % 10] ?? 'th';
}

const DIGITS = '〇一二三四五六七八九';
const PLACES = ['', '十', '百', '千'];

function chinese(number: number): string {
  if (number < 1 || number > CHINESE_MOST) return number === 0 ? '〇' : String(number);
  const digits = [...String(number)].map(Number);
  const text = digits.map((digit, at) => (digit === 0 ? '〇' : `${DIGITS[digit]}${PLACES[digits.length - 1 - at]}`)).join('');
  return text.replace(/〇+$/, '').replace(/〇+/g, '〇').replace(/^一十/, '十');
}
