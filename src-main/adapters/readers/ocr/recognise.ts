/** Text recognition of one picture: upright, in a fitting size and language, with the place of each word. */
import { LIMITS } from '../../../core/limits';
import { beating } from '../heartbeat';
import { type Bitmap, fromGreyPng, scaled, type Turn, toGrey, toPgm, turned } from './bitmap';
import { type EnginePage, type Layout, withEngine } from './engine';
import { inkOutside } from './ink';
import { isLatin, isReadable, languagesOf, latinLanguageOf } from './languages';
import { certainLetters, confidenceOf, linesOf, type RecognisedLine, textOf } from './lines';

/** An encoded picture (PNG, JPEG, WebP, PNM) with its size, or plain pixels. */
export type Picture = { encoded: Uint8Array; width: number; height: number } | Bitmap;

/** What the pages before have shown; give the same object for all pages of a document. */
export interface Memory {
  language: string | null;
}

export interface RecogniseOptions {
  /** Dots per inch, where known. */
  dpi?: number | null;
  memory?: Memory;
}

/** Lines in reading order; boxes are in pixels of the picture as it was given. */
export interface Recognition {
  lines: RecognisedLine[];
  width: number;
  height: number;
  /** 0 to 100, of all words. */
  confidence: number;
  /** As ISO 639-2 names it, with `chi_sim` for Chinese in simplified letters; null where nothing was read. */
  language: string | null;
  /** By how much the picture must be turned to the right to stand upright. */
  turn: Turn;
  /** Latin, Han, Cyrillic… where the page shows it. */
  script: string | null;
}

/** From here on a reading is taken without looking for a better one. */
const GOOD = 75;
/** Below it the words are inventions. */
const POOR = 45;
/** Noise is given a direction too, of a confidence below this. */
const CLEAR = 3;
/** Share of the dark pixels outside of all words that makes lines likely to be missing. */
const MUCH_INK = 0.15;
const FEW_LETTERS = 4;
const USUAL_DPI = 300;
/** Smaller letters than a scan of 200 dots per inch has are read better when they are made larger. */
const SMALL_DPI = 200;

interface Engine {
  read(image: Uint8Array, language: string, dpi: number, layout: Layout): Promise<EnginePage>;
  decode(image: Uint8Array): Promise<Buffer>;
  orientation(image: Uint8Array): Promise<{
    script: string | null;
    script_confidence: number | null;
    orientation_degrees: number | null;
    orientation_confidence: number | null;
  }>;
}

interface Attempt {
  lines: RecognisedLine[];
  confidence: number;
  language: string;
  turn: Turn;
}

/**
 * Recognises one picture; pictures queue for the one engine of this thread.
 * @throws DocumentError TIMED_OUT after LIMITS.ocrPageMs, CORRUPT, WORKER_CRASHED
 */
export function recognise(picture: Picture, options: RecogniseOptions = {}): Promise<Recognition> {
  return beating(withEngine((engine) => new Page(engine, picture, options).read()));
}

/** One page and what is known of it so far. */
class Page {
  private plain: Bitmap | null = null;
  private grey: Bitmap | null = null;
  /** What the look of the page suggests, where that was clear. */
  private likely: { language: string; turn: Turn } | null = null;
  private readonly turns = new Map<Turn, Uint8Array>();
  private readonly factor: number;
  private readonly dpi: number;
  private readonly memory: Memory;
  private script: string | null = null;
  private best: Attempt | null = null;

  constructor(
    private readonly engine: Engine,
    private readonly picture: Picture,
    options: RecogniseOptions,
  ) {
    const dpi = options.dpi ?? USUAL_DPI;
    this.factor = factorOf(picture.width * picture.height, dpi);
    this.dpi = dpi * this.factor;
    this.memory = options.memory ?? { language: null };
  }

  async read(): Promise<Recognition> {
    const remembered = this.memory.language;
    if (remembered === null || !(await this.good(remembered, 0))) await this.search();
    const best = await this.completed(await this.sharpened(this.best));
    const lines = best === null || best.confidence < this.leastFor(best) ? [] : best.lines;
    const language = lines.length > 0 ? (best?.language ?? null) : null;
    if (language !== null && (best?.confidence ?? 0) >= GOOD) this.memory.language = language;
    const { width, height } = this.picture;
    const { script } = this;
    return { lines, width, height, confidence: best?.confidence ?? 0, language, turn: best?.turn ?? 0, script };
  }

  /** Noise gives a word or two, and writing that no data here reads still looks a little like letters of some other: both want more. */
  private leastFor(best: Attempt): number {
    const known = this.script === null || isReadable(this.script);
    return known && certainLetters(best.lines) >= FEW_LETTERS ? POOR : GOOD;
  }

  /** Asks for script and direction, then tries what they suggest. */
  private async search(): Promise<void> {
    const seen = await this.engine.orientation(await this.upright(0));
    this.script = seen.script;
    const latin = this.memory.language && isLatin(this.memory.language) ? this.memory.language : 'eng';
    const turn = asTurn(seen.orientation_degrees);
    const languages = languagesOf(seen.script, latin) ?? [latin];
    const [first = latin] = languages;
    if (seen.script !== null && (seen.orientation_confidence ?? 0) >= CLEAR) this.likely = { language: first, turn };
    for (const language of languages) if (await this.good(language, turn)) return;
    if (turn !== 0 && (await this.good(first, 0))) return;
    if (!languages.includes(latin) && (await this.good(latin, turn))) return;
    if (this.best === null || this.best.confidence >= POOR) return;
    for (const other of TURNS) if (other !== turn && (await this.good(first, other))) return;
  }

  /** Reads the page and keeps what is better than all before. True once there is no need to look further. */
  private async good(language: string, turn: Turn): Promise<boolean> {
    const attempt = await this.attempt(language, turn);
    if (attempt !== null && (this.best === null || attempt.confidence > this.best.confidence)) this.best = attempt;
    return attempt !== null && attempt.confidence >= GOOD;
  }

  private async attempt(language: string, turn: Turn, layout: Layout = 'analysed'): Promise<Attempt | null> {
    const page = await this.engine.read(await this.upright(turn), language, this.dpi, layout);
    const { width, height } = this.picture;
    const lines = linesOf(page.blocks ?? [], { factor: this.factor, turn, width, height, language });
    return lines.length === 0 ? null : { lines, confidence: confidenceOf(lines), language, turn };
  }

  /** A Latin text is read once more when its words are of another language than it was read in. */
  private async sharpened(best: Attempt | null): Promise<Attempt | null> {
    if (best === null || best.confidence < POOR || !isLatin(best.language)) return best;
    const language = latinLanguageOf(textOf(best.lines));
    if (language === null || language === best.language) return best;
    const again = await this.attempt(language, best.turn);
    return again !== null && again.confidence > best.confidence - 3 ? again : best;
  }

  /** Analysing the layout loses whole lines of short and of skewed pages: where much ink is left over, the page is read as one column. */
  private async completed(best: Attempt | null): Promise<Attempt | null> {
    const { language, turn } = best ?? this.likely ?? {};
    if (language === undefined || turn === undefined) return best;
    if (best !== null && inkOutside(await this.pixels(), best.lines) < MUCH_INK) return best;
    const column = await this.attempt(language, turn, 'column');
    if (column === null || column.confidence < POOR) return best;
    return best === null || certainLetters(column.lines) > certainLetters(best.lines) * 1.05 ? column : best;
  }

  /** The picture as a file for the engine, turned to the right. */
  private async upright(turn: Turn): Promise<Uint8Array> {
    if (turn === 0 && 'encoded' in this.picture && this.factor === 1) return this.picture.encoded;
    const known = this.turns.get(turn);
    if (known) return known;
    this.grey ??= scaled(await this.pixels(), this.factor);
    const file = toPgm(turned(this.grey, turn));
    this.turns.set(turn, file);
    return file;
  }

  private async pixels(): Promise<Bitmap> {
    this.plain ??= 'encoded' in this.picture ? await greyOf(this.engine, this.picture.encoded) : toGrey(this.picture);
    return this.plain;
  }
}

const TURNS: readonly Turn[] = [0, 90, 180, 270];
const asTurn = (degrees: number | null): Turn => TURNS.find((turn) => turn === degrees) ?? 0;

/** Decodes an encoded picture (PNG, JPEG, WebP, PNM) to shades of grey. */
export const decodeGrey = (encoded: Uint8Array): Promise<Bitmap> => beating(withEngine((engine) => greyOf(engine, encoded)));

async function greyOf(engine: Engine, encoded: Uint8Array): Promise<Bitmap> {
  const bitmap = fromGreyPng(await engine.decode(encoded));
  if (!bitmap) throw new Error('the decoded picture is in no known form');
  return bitmap;
}

function factorOf(pixels: number, dpi: number): number {
  const largest = Math.sqrt(LIMITS.ocrPixels / pixels);
  if (largest < 1) return largest;
  return dpi < SMALL_DPI ? Math.min(USUAL_DPI / dpi, 3, Math.max(1, largest)) : 1;
}
