/** The control words of RTF → paragraphs and rows of cells. */
import iconv from 'iconv-lite';
import { clean } from './decode';

export type RtfEvent = { text: string; level: number | null } | { cells: string[] };

interface Group {
  /** Nothing in it is shown. */
  skip: boolean;
  /** `\ucN`: how many characters stand in for a Unicode one. */
  standIns: number;
  codePage: string;
  hidden: boolean;
  /** Collected apart from the text: a field of `\info`, or a footnote. */
  into: string | null;
}

/** Destinations whose content is no text of the document. */
const SILENT = new Set(
  'fonttbl colortbl stylesheet listtable listoverridetable revtbl rsidtbl generator pict objdata fldinst themedata colorschememapping latentstyles datastore xmlnstbl mmathPr pnseclvl filetbl operator bkmkstart bkmkend wgrffmtfilter nonshppict template background ftnsep ftnsepc aftnsep aftnsepc'.split(
    ' ',
  ),
);
const INFO: Record<string, string> = { title: 'title', author: 'author', subject: 'subject', keywords: 'keywords' };
const NOTES = new Set(['footnote', 'annotation']);
/** What is shown though its group begins with \*. */
const SHOWN_STAR = new Set(['shpinst', 'shptxt', 'fldrslt', 'annotation']);
const SIGNS: Record<string, string> = {
  tab: '\t',
  line: '\n',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
  endash: '–',
  emdash: '—',
  enspace: ' ',
  emspace: ' ',
  qmspace: ' ',
  softline: '\n',
};
/** `\fcharsetN` (Windows' character sets) → code page. */
const CHARSETS: Record<number, string> = {
  0: 'cp1252',
  77: 'macroman',
  128: 'shiftjis',
  129: 'cp949',
  134: 'gbk',
  136: 'big5',
  161: 'cp1253',
  162: 'cp1254',
  163: 'cp1258',
  177: 'cp1255',
  178: 'cp1256',
  186: 'cp1257',
  204: 'cp1251',
  222: 'cp874',
  238: 'cp1250',
};
const CODE_PAGES: Record<number, string> = { 932: 'shiftjis', 936: 'gbk', 949: 'cp949', 950: 'big5', 10000: 'macroman', 65001: 'utf8' };
/** Groups within each other; deeper ones come from hostile files. */
const MAX_DEPTH = 2_000;
const TOKEN = /\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)/g;

/** Reads all of it at once: text is small beside what describes it. */
export function createRtfText(bytes: Buffer): { events: RtfEvent[]; info: Map<string, string> } {
  const reader = new RtfReader();
  // Latin-1 keeps bytes as they are; some programs write letters without escapes.
  for (const token of bytes.toString('latin1').matchAll(TOKEN)) reader.take(token);
  return reader.end();
}

class RtfReader {
  private readonly events: RtfEvent[] = [];
  private readonly info = new Map<string, string>();
  private readonly fonts = new Map<number, string>();
  private readonly styles = new Map<number, number>();
  private groups: Group[] = [];
  private group: Group = { skip: false, standIns: 1, codePage: 'cp1252', hidden: false, into: null };
  private ansi = 'cp1252';
  private pending: number[] = [];
  private skipLeft = 0;
  private high = 0;
  private text = '';
  private notes: string[] = [];
  private apart = '';
  private level: number | null = null;
  private cells: string[] = [];
  private inTable = false;
  private table: 'fonts' | 'styles' | null = null;
  private font = 0;
  private style: number | null = null;
  private star = false;
  private opened = false;
  private tooDeep = 0;

  take([, word, number, hex, sign, brace, text]: RegExpMatchArray): void {
    if (hex !== undefined) this.byte(Number.parseInt(hex, 16));
    else if (word !== undefined) this.control(word, number === undefined ? null : Number(number));
    else if (sign !== undefined) this.sign(sign);
    else if (brace === '{') this.open();
    else if (brace === '}') this.close();
    else if (text !== undefined) for (let at = 0; at < text.length; at += 1) this.byte(text.charCodeAt(at));
  }

  end(): { events: RtfEvent[]; info: Map<string, string> } {
    this.paragraph();
    this.row();
    return { events: this.events, info: this.info };
  }

  private open(): void {
    this.flush();
    if (this.groups.length >= MAX_DEPTH) this.tooDeep += 1;
    else this.groups.push({ ...this.group });
    this.opened = true;
    this.star = false;
  }

  private close(): void {
    this.flush();
    if (this.tooDeep > 0) {
      this.tooDeep -= 1;
      return;
    }
    const before = this.groups.pop();
    if (!before) return;
    const { into } = this.group;
    if (into !== before.into && into !== null) this.keepApart(into);
    if (this.table !== null && !before.skip) this.table = null;
    this.group = before;
    this.opened = false;
  }

  private keepApart(into: string): void {
    const text = clean(this.apart).trim();
    this.apart = '';
    if (text === '') return;
    if (NOTES.has(into)) this.notes.push(text);
    else this.info.set(into, text);
  }

  private sign(sign: string): void {
    if (sign === '*') {
      this.star = true;
      return;
    }
    const shown: Record<string, string> = { '~': ' ', _: '-', '-': '', '\n': '\n', '\r': '\n' };
    this.show(shown[sign] ?? (/[\\{}]/.test(sign) ? sign : ''));
  }

  private control(word: string, number: number | null): void {
    const first = this.opened;
    this.opened = false;
    if (first && this.destination(word)) return;
    const shown = SIGNS[word];
    if (word === 'u' && number !== null) this.unicode(number);
    else if (shown !== undefined) this.show(shown);
    else {
      this.layout(word);
      this.format(word, number);
    }
  }

  /** The first word of a group may say where its content goes. */
  private destination(word: string): boolean {
    if (word === 'fonttbl') this.table = 'fonts';
    if (word === 'stylesheet') this.table = 'styles';
    const silent = SILENT.has(word) || (this.star && !SHOWN_STAR.has(word));
    this.star = false;
    if (silent) this.group.skip = true;
    else if (NOTES.has(word)) this.group.into = word;
    else if (INFO[word] && this.group.into === 'info') this.group.into = INFO[word];
    else if (word === 'info') this.group.into = 'info';
    else return false;
    return true;
  }

  private layout(word: string): void {
    this.flush();
    if (this.group.skip) return;
    if (word === 'par' || word === 'sect' || word === 'page') {
      if (this.group.into === null && !this.inTable) this.paragraph();
      else this.show('\n');
    } else if (word === 'cell' || word === 'nestcell') this.cell();
    else if (word === 'row' || word === 'nestrow') this.row();
    else if (word === 'intbl') this.inTable = true;
    else if (word === 'pard') {
      this.level = null;
      this.inTable = false;
    }
  }

  private format(word: string, number: number | null): void {
    if (word === 'ansicpg' && number !== null) this.ansi = this.group.codePage = codePage(number);
    else if (word === 'uc' && number !== null) this.group.standIns = Math.min(Math.max(number, 0), 100);
    else if (word === 'f' || word === 'deff') this.pickFont(number ?? 0);
    else if (word === 'fcharset' && this.table === 'fonts') this.fonts.set(this.font, CHARSETS[number ?? 0] ?? this.ansi);
    else if (word === 's' && number !== null) this.pickStyle(number);
    else if (word === 'outlinelevel') this.outline(number ?? 0);
    else if (word === 'plain') this.group.hidden = false;
    else if (word === 'v' || word === 'deleted') this.group.hidden = number !== 0;
    else if (word === 'bin' && number !== null) this.skipLeft = Math.max(0, number);
  }

  private pickFont(number: number): void {
    this.flush();
    this.font = number;
    if (this.table === null) this.group.codePage = this.fonts.get(number) ?? this.ansi;
  }

  private pickStyle(number: number): void {
    this.style = number;
    if (this.table === null) this.level = this.styles.get(number) ?? null;
  }

  /** 0 is the first level, 9 is body text. */
  private outline(number: number): void {
    const level = number < 9 ? Math.min(6, number + 1) : null;
    if (this.table === 'styles' && this.style !== null && level !== null) this.styles.set(this.style, level);
    else if (this.table === null) this.level = level;
  }

  private unicode(number: number): void {
    this.flush();
    const unit = number < 0 ? number + 65_536 : number;
    this.skipLeft = this.group.standIns;
    if (unit >= 0xd800 && unit < 0xdc00) this.high = unit;
    else if (unit >= 0xdc00 && unit < 0xe000 && this.high > 0) {
      this.show(String.fromCharCode(this.high, unit), true);
      this.high = 0;
    } else this.show(unit > 0x10ffff ? '' : String.fromCodePoint(unit), true);
  }

  private byte(value: number): void {
    this.opened = false;
    if (this.skipLeft > 0) this.skipLeft -= 1;
    else if (!this.group.skip) this.pending.push(value);
  }

  /** Bytes that belong together are decoded together: a letter may be two of them. */
  private flush(): void {
    if (this.pending.length === 0) return;
    const bytes = Buffer.from(this.pending);
    this.pending = [];
    this.append(iconv.decode(bytes, this.group.codePage));
  }

  private show(text: string, unicode = false): void {
    if (!unicode) this.flush();
    if (!unicode && this.skipLeft > 0) this.skipLeft -= 1;
    else this.append(text);
  }

  private append(text: string): void {
    if (this.group.skip || this.group.hidden || this.table !== null) return;
    if (this.group.into === null) this.text += text;
    else if (this.group.into !== 'info') this.apart += text;
  }

  private paragraph(): void {
    this.flush();
    this.events.push({ text: clean(this.text), level: this.level });
    this.text = '';
    for (const note of this.notes) this.events.push({ text: note, level: null });
    this.notes = [];
  }

  private cell(): void {
    this.cells.push(clean(this.text).trim());
    this.text = '';
  }

  private row(): void {
    if (this.cells.length > 0) this.events.push({ cells: this.cells });
    this.cells = [];
    for (const note of this.notes) this.events.push({ text: note, level: null });
    this.notes = [];
  }
}

function codePage(number: number): string {
  const name = CODE_PAGES[number] ?? `cp${number}`;
  return iconv.encodingExists(name) ? name : 'cp1252';
}
