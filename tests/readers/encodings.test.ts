/** Encodings: real texts, short and long, written in each by other programs' rules, come out as they were written. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openPool, readWhole } from './read';

const pool = openPool();
const folder = mkdtempSync(join(tmpdir(), 'encodings-'));
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

/** By the system's own converter, which shares no code with the reader. */
const encode = (text: string, encoding: string) => execFileSync('iconv', ['-f', 'UTF-8', '-t', encoding], { input: text });

const read = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content);
  return readWhole(pool, join(folder, name));
};

const TEXTS: Record<string, string> = {
  German: 'Der Bürgermeister überreichte dem Schüler die größte Auszeichnung.\nÄrzte hörten schöne Gespräche.',
  French: 'Les élèves étaient très fatigués après la fête à la campagne.\nÇa commençait déjà à l’aube.',
  Spanish: 'El niño comió una manzana mañana por la tarde.\n¿Dónde está la estación?',
  Swedish: 'Barnen åkte över ån på våren.\nÄpplen är goda på hösten.',
  Polish: 'Proszę państwa, posiedzenie rozpoczęło się o dziewiątej.\nŁódź leży w środku kraju, żółte domy są piękne.',
  Czech: 'Příliš žluťoučký kůň úpěl ďábelské ódy.\nMěsto leží v jižní části země.',
  Hungarian: 'A város lakói örültek az új könyvtárnak.\nŐsszel gyűjtötték a szőlőt és a diót.',
  Russian: 'Сегодня утром жители города собрались на площади.\nМэр говорил о строительстве.',
  Ukrainian: 'Сьогодні вранці мешканці міста зібралися на площі.\nЇхнє майбутнє є важливим.',
  Greek: 'Η πόλη της Αθήνας είναι γνωστή για την ιστορία της.\nΟι ναοί βρίσκονται στον λόφο.',
  Hebrew: 'העיר ירושלים היא עיר עתיקה מאוד.\nהתיירים אוהבים לבקר בה.',
  Arabic: 'اجتمع سكان المدينة اليوم في الساحة الكبيرة.\nتحدث رئيس البلدية عن المشاريع.',
  Turkish: 'Şehrin tarihini öğrenmek isteyen gençler çok çalıştı.\nIşıklı sokaklarda yürüdüler.',
  Thai: 'เช้าวันนี้ชาวเมืองมารวมตัวกันที่จัตุรัส\nเพื่อฟังคำปราศรัยของนายกเทศมนตรีคนใหม่',
  Japanese: '本日の会議では、新しい図書館の建設計画について説明がありました。\n多くの質問が出ました。',
  Korean: '오늘 아침 시민들은 광장에 모여 연설을 들었다.\n도서관 건설 계획에 대한 질문이 많았다.',
  'Chinese (simplified)': '今天上午，市长在会议上介绍了新图书馆的建设计划。\n市民们提出了许多问题。',
  'Chinese (traditional)': '今天上午，市長在會議上介紹了新圖書館的建設計畫。\n市民們提出了許多問題。',
};
const OLD: [string, string[]][] = [
  ['German', ['WINDOWS-1252', 'ISO-8859-1', 'ISO-8859-15', 'CP850', 'MACINTOSH']],
  ['French', ['WINDOWS-1252', 'CP850']],
  ['Spanish', ['WINDOWS-1252', 'ISO-8859-15']],
  ['Swedish', ['WINDOWS-1252', 'ISO-8859-1']],
  ['Polish', ['WINDOWS-1250', 'ISO-8859-2']],
  ['Czech', ['WINDOWS-1250', 'ISO-8859-2']],
  ['Hungarian', ['WINDOWS-1250', 'ISO-8859-2']],
  ['Russian', ['WINDOWS-1251', 'KOI8-R', 'ISO-8859-5', 'CP866', 'CP855']],
  ['Ukrainian', ['WINDOWS-1251', 'KOI8-U']],
  ['Greek', ['WINDOWS-1253', 'ISO-8859-7']],
  ['Hebrew', ['WINDOWS-1255', 'ISO-8859-8']],
  ['Arabic', ['WINDOWS-1256', 'ISO-8859-6']],
  ['Turkish', ['WINDOWS-1254', 'ISO-8859-9']],
  ['Thai', ['TIS-620']],
  ['Japanese', ['SHIFT_JIS', 'EUC-JP', 'ISO-2022-JP']],
  ['Korean', ['EUC-KR']],
  ['Chinese (simplified)', ['GBK', 'GB18030']],
  ['Chinese (traditional)', ['BIG5']],
];
const UNICODE = ['UTF-8', 'UTF-16LE', 'UTF-16BE', 'UTF-32LE', 'UTF-32BE'];
const CASES = [
  ...OLD.flatMap(([language, encodings]) => encodings.map((encoding): [string, string] => [language, encoding])),
  ...Object.keys(TEXTS).flatMap((language) => UNICODE.map((encoding): [string, string] => [language, encoding])),
];

/** Written with the quote of the encoding where it has none of its own. */
const textOf = (language: string, encoding: string) =>
  /8859|CP850/.test(encoding) ? (TEXTS[language] ?? '').replaceAll('’', "'") : (TEXTS[language] ?? '');

describe.each(CASES)('%s in %s', (language, encoding) => {
  const text = textOf(language, encoding);

  it('two lines', async () => {
    expect((await read('short.txt', encode(text, encoding))).result.content).toBe(text);
  });

  it('many lines, after a head in English', async () => {
    const long = `${'The first part of this report is in English only.\n'.repeat(500)}${`${text}\n`.repeat(50)}`;
    const { result } = await read('long.log', encode(long, encoding));
    expect(result.content.replace(/\s+/g, ' ').trim() === long.replace(/\s+/g, ' ').trim()).toBe(true);
  });
});

describe('marks of byte order', () => {
  it.each(UNICODE)('%s with a mark', async (encoding) => {
    for (const text of Object.values(TEXTS))
      expect((await read('marked.txt', encode(`\ufeff${text}`, encoding))).result.content).toBe(text);
  });
});

describe('bytes that are no text', () => {
  it.each([
    ['small numbers in a row', [0, 1, 2, 3]],
    ['more of them', Array.from({ length: 32 }, (_, at) => at)],
    ['control characters', [1, 2, 3, 4, 5, 6]],
    ['numbers of two bytes', [0, 3, 0, 4, 0, 5, 0, 6, 0, 7]],
  ])('%s', async (_what, bytes) => {
    const path = join(folder, 'bytes.txt');
    writeFileSync(path, Buffer.from(bytes));
    expect(await pool.detect(path, 'bytes.txt')).toBeNull();
  });
});

describe('what a file says of its own encoding counts', () => {
  it.each([
    [
      'page.html',
      'Привет, мир',
      'KOI8-R',
      (text: string) => `<html><head><meta charset="koi8-r"></head><body><p>${text}</p></body></html>`,
    ],
    [
      'page.htm',
      'Łódź',
      'ISO-8859-2',
      (text: string) => `<html><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2"><p>${text}</p></html>`,
    ],
    ['chance.html', '联通', 'GBK', (text: string) => `<html><meta charset="gb2312"><p>${text}</p></html>`],
    ['script.py', 'ůň', 'ISO-8859-2', (text: string) => `#!/usr/bin/python\n# -*- coding: iso-8859-2 -*-\nname = "${text}"\n`],
  ])('%s', async (name, text, encoding, wrap) => {
    expect((await read(name, encode(wrap(text), encoding))).result.content).toContain(text);
  });

  it('unless its bytes say otherwise', async () => {
    const page = '<html><meta charset="iso-8859-1"><p>Größe und Übermut, schöne Grüße</p></html>';
    expect((await read('false.html', page)).result.content).toContain('Größe und Übermut');
  });
});

it.each([['a,b\nŁódź,Kraków\nGdańsk,Wrocław\n', 'WINDOWS-1250', 'cities.csv', 'Łódź']])(
  'tables in old encodings',
  async (text, encoding, name, word) => expect((await read(name, encode(text, encoding))).result.content).toContain(word),
);

it.each([
  ['A win pays £825, which is not bad for £2.\n', 'WINDOWS-1252'],
  ['He waited a while… and went.\n', 'WINDOWS-1252'],
])('a sign or two among plain letters: %s', async (text, encoding) => {
  expect((await read('sign.txt', encode(text, encoding))).result.content).toBe(text.trim());
});

it.each(['UTF-16LE', 'UTF-16BE'])('mails that were saved as %s', async (encoding) => {
  const mark = Buffer.from(encoding === 'UTF-16LE' ? [0xff, 0xfe] : [0xfe, 0xff]);
  const mail =
    'From: Ünal <unal@example.org>\nSubject: Lock\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nThe größte lock opens at six.\n';
  const { mime_type, result } = await read('saved.eml', Buffer.concat([mark, encode(mail, encoding)]));
  expect(mime_type).toBe('message/rfc822');
  expect(result.content).toContain('The größte lock opens at six.');
});
