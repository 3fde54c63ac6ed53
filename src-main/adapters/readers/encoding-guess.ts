/** Which old encoding a text without any declaration is in: each is tried, and the one wins that gives the most usual letters. */
import chardet from 'chardet';
import iconv from 'iconv-lite';

/** The letters beyond ASCII of a family of languages: `usual` make up most of its texts, `known` the rest. */
interface Family {
  usual: RegExp;
  known: RegExp;
}

const WESTERN: Family = { usual: /[éèàäöüßçñáíóúêåøæãðþ]/, known: /[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ffœŒŠšŽžŸ]/ };
const CENTRAL: Family = { usual: /[łąęóżśćńźčšžěříáéůýőűúöüäďťňăâîşţđ]/, known: /[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0100-\u017f]/ };
const BALTIC: Family = { usual: /[āčēģīķļņšūžąęėįųõäöü]/, known: /[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0100-\u017f]/ };
const TURKISH: Family = { usual: /[ıİşğüöç]/, known: /[ŞĞÜÖÇâîû]/ };
const CYRILLIC: Family = { usual: /[оеаинтсрвлкмдупяіь]/, known: /[\u0401-\u045f\u0490\u0491]/ };
const GREEK: Family = { usual: /[αοιετσνηυρπκμλςωάέίόή]/, known: /[\u0386-\u03ce]/ };
const HEBREW: Family = { usual: /[יהולאתמרבשנםע]/, known: /[\u05d0-\u05ea]/ };
const ARABIC: Family = { usual: /[المنيوترهعدبةس]/, known: /[\u0621-\u0652\u067e\u0686\u0698\u06af]/ };
const THAI: Family = { usual: /[านรอกเงวมลยที่สั้ดตคปะ]/, known: /[\u0e01-\u0e5b]/ };
const HAN = /[\u4e00-\u9fff\u3001-\u3011\uff01-\uff5e]/;
const SIMPLIFIED: Family = {
  usual:
    /[的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长市新，。、：；]/,
  known: HAN,
};
const TRADITIONAL: Family = {
  usual:
    /[的一是不了在人有我他這中大來上個國到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可她裡後小麼心多天而能好都然沒日於起還發成事只作當想看文無開手十用主行方又如前所本見經頭面公同三已老從動兩長市新，。、：；]/,
  known: HAN,
};
const JAPANESE: Family = {
  usual: /[\u3041-\u3093\u30fc日本人大年会国中長出三時事自行社見月分後前民生間対上部東者地合市業内方今新場、。]/,
  known: /[\u30a1-\u30f6\u4e00-\u9fff\u3001-\u3011\uff01-\uff5e]/,
};
const KOREAN: Family = {
  usual: /[이다는의에가을를은한하고지로도기사자인그어아있나리해시서대라스여장들전수일부정]/,
  known: /[\uac00-\ud7a3]/,
};

/** Multi-byte ones first; of two that fit as well, the earlier one wins. */
const CANDIDATES: [string, Family][] = [
  ['shift_jis', JAPANESE],
  ['euc-jp', JAPANESE],
  ['gb18030', SIMPLIFIED],
  ['big5', TRADITIONAL],
  ['euc-kr', KOREAN],
  ['windows-1252', WESTERN],
  ['iso-8859-15', WESTERN],
  ['windows-1250', CENTRAL],
  ['iso-8859-2', CENTRAL],
  ['windows-1251', CYRILLIC],
  ['koi8-r', CYRILLIC],
  ['koi8-u', CYRILLIC],
  ['iso-8859-5', CYRILLIC],
  ['windows-1253', GREEK],
  ['iso-8859-7', GREEK],
  ['windows-1254', TURKISH],
  ['windows-1255', HEBREW],
  ['windows-1256', ARABIC],
  ['iso-8859-6', ARABIC],
  ['windows-874', THAI],
  ['windows-1257', BALTIC],
  ['macintosh', WESTERN],
  ['cp850', WESTERN],
  ['cp852', CENTRAL],
  ['cp866', CYRILLIC],
  ['cp855', CYRILLIC],
  ['maccyrillic', CYRILLIC],
];
/** Of old machines, and nearly never met without a name. */
const RARE = new Set(['macintosh', 'cp850', 'cp852', 'cp866', 'cp855', 'maccyrillic']);
const RARE_COST = 0.15;
/** In a doubt, most of the world's texts are in Western languages. */
const WESTERN_BONUS = 0.06;
const STATISTICS_BONUS = 0.1;

const SAMPLE_BYTES = 8 * 1024;
const SEARCHED_BYTES = 1024 * 1024;
/** Taken along on both sides of a letter beyond ASCII, within its line. */
const AROUND = 40;

/** The most probable encoding of a text that is no Unicode. */
export function guessEncoding(bytes: Buffer): string {
  const sample = tellingPart(bytes);
  const statistics = chardet.detect(sample)?.toLowerCase();
  // One letter or two say nothing for what is so unlikely.
  const rareCost = RARE_COST + 1 / sample.filter((byte) => byte >= 0x80).length;
  let best = { encoding: 'windows-1252', score: Number.NEGATIVE_INFINITY };
  for (const [encoding, family] of CANDIDATES) {
    const bonus =
      (encoding === 'windows-1252' ? WESTERN_BONUS : 0) + (encoding.replace('koi8-u', 'koi8-r') === statistics ? STATISTICS_BONUS : 0);
    const score = likeness(sample, encoding, family) + bonus - (RARE.has(encoding) ? rareCost : 0);
    if (score > best.score + 1e-9) best = { encoding, score };
  }
  return best.encoding;
}

/** Where letters beyond ASCII are: all the rest tells nothing. */
function tellingPart(bytes: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let size = 0;
  const end = Math.min(bytes.length, SEARCHED_BYTES);
  for (let at = 0; at < end && size < SAMPLE_BYTES; ) {
    while (at < end && (bytes[at] ?? 0) < 0x80) at += 1;
    if (at >= end) break;
    let from = at;
    while (from > 0 && at - from < AROUND && isInLine(bytes[from - 1])) from -= 1;
    let quiet = 0;
    while (at < end && quiet < AROUND && bytes[at] !== LINE_FEED) {
      quiet = (bytes[at] ?? 0) < 0x80 ? quiet + 1 : 0;
      at += 1;
    }
    pieces.push(bytes.subarray(from, at), NEW_LINE);
    size += at - from;
  }
  return Buffer.concat(pieces);
}

const LINE_FEED = 0x0a;
const NEW_LINE = Buffer.from('\n');
const isInLine = (byte: number | undefined) => byte !== undefined && byte < 0x80 && byte !== LINE_FEED;

const SIGN = /[\u00bf\u00a1\u2010-\u2026\u20ac\u00a7\u00ab\u00bb\u00b0\u00a0\u00a9\u00ae\u2116\u2122\u00a3\u2192\u2500-\u257f]/;
const IMPOSSIBLE = /[\ufffd\u0080-\u009f\ue000-\uf8ff]/;
/** A capital after a small letter, a letter at a figure, a sign between two letters, two scripts in a word: not how words look. */
const ODD =
  /\p{Ll}(?=(?![A-Z])\p{Lu})|(?![a-z])\p{Ll}(?=[A-Z\d])|(?<=\p{L})(?:[ªº¹²³¼½¾¿¡\u00a0]|(?![\x20-\x7e])[\p{S}\p{Po}])(?=\p{L})|[A-Za-z](?=[\p{scx=Cyrl}\p{scx=Grek}\p{scx=Hebr}\p{scx=Arab}\p{scx=Thai}\uff61-\uff9f])|[\p{scx=Cyrl}\p{scx=Grek}\p{scx=Hebr}\p{scx=Arab}\p{scx=Thai}\uff61-\uff9f](?=[A-Za-z])/gu;

/** 1 where every byte beyond ASCII is part of a usual letter, and below 0 where most are none. */
function likeness(sample: Buffer, encoding: string, { usual, known }: Family): number {
  const text = iconv.decode(sample, encoding);
  let points = 0;
  let letters = 0;
  for (const letter of text) {
    if (letter <= '\x7f') continue;
    letters += 1;
    points += worth(letter, usual, known);
  }
  return letters === 0 ? 0 : (points - (text.match(ODD)?.length ?? 0)) / letters;
}

function worth(letter: string, usual: RegExp, known: RegExp): number {
  if (usual.test(letter)) return 1;
  if (IMPOSSIBLE.test(letter)) return -4;
  if (known.test(letter)) return 0.4;
  return SIGN.test(letter) ? 0.4 : -0.7;
}
