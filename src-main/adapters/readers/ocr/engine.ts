/** The recognition engine: Tesseract (WebAssembly) in a thread of its own below the parse worker, started when needed, ended when idle. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DocumentError } from '../../../core/errors';
import { LIMITS } from '../../../core/limits';

/** One word as the engine gives it; boxes are pixels of the image it was given. */
export interface EngineWord {
  text: string;
  confidence: number;
  bbox: { x0: number; y0: number; x1: number; y1: number };
}
export interface EngineBlock {
  paragraphs: { lines: { words: EngineWord[] }[] }[];
}
export interface EnginePage {
  confidence: number;
  blocks: EngineBlock[] | null;
}
export interface Orientation {
  script: string | null;
  script_confidence: number | null;
  /** By how much the page must be turned to the right to stand upright. */
  orientation_degrees: number | null;
  orientation_confidence: number | null;
}

interface Reply {
  jobId: string;
  status: 'resolve' | 'reject' | 'progress';
  data: unknown;
}
interface Waiting {
  resolve(data: unknown): void;
  reject(reason: unknown): void;
}

/** How the thread names its modes: the older engine tells orientation and script, the newer one reads. */
const MODE = { orientation: 0, reading: 1 } as const;
/** How the engine finds the lines (its page segmentation modes): by analysing the layout, or by taking the page for one column. */
const LAYOUT = { analysed: '3', column: '6' } as const;
export type Layout = keyof typeof LAYOUT;
/** WebAssembly memory only grows; a new thread gives it back. */
const PAGES_PER_THREAD = 200;

/** Speaks with one thread; all its calls fail once it has ended. */
class EngineThread {
  private readonly worker: Worker;
  private readonly waiting = new Map<string, Waiting>();
  private readonly present = new Set<string>();
  private language = '';
  private jobs = 0;
  pages = 0;
  alive = true;

  constructor(private readonly dataFolder: (language: string) => string) {
    const script = createRequire(__filename).resolve('tesseract.js/src/worker-script/node/index.js');
    // What the engine prints is no output of this program.
    this.worker = new Worker(script, { stdout: true, stderr: true });
    this.worker.stdout.resume();
    this.worker.stderr.resume();
    this.worker.on('message', (reply: Reply) => this.receive(reply));
    this.worker.on('error', () => this.fail(broken()));
    this.worker.on('exit', () => this.fail(broken()));
  }

  async load(): Promise<void> {
    await this.call('load', { options: { lstmOnly: false, logging: false } });
  }

  async orientation(image: Uint8Array): Promise<Orientation> {
    await this.speak('osd', MODE.orientation);
    return (await this.call('detect', { image })) as Orientation;
  }

  async read(image: Uint8Array, language: string, dpi: number, layout: Layout): Promise<EnginePage> {
    await this.speak(language, MODE.reading);
    this.pages += 1;
    const options = { user_defined_dpi: String(Math.round(dpi)), tessedit_pageseg_mode: LAYOUT[layout] };
    return (await this.call('recognize', { image, options, output: { text: false, blocks: true } })) as EnginePage;
  }

  /** The picture in shades of grey, as PNG. */
  async decode(image: Uint8Array): Promise<Buffer> {
    await this.speak(this.language === '' ? 'eng' : this.language, MODE.reading);
    const page = (await this.call('recognize', { image, options: {}, output: { text: false, imageGrey: true } })) as { imageGrey: string };
    return Buffer.from(page.imageGrey.slice(page.imageGrey.indexOf(',') + 1), 'base64');
  }

  async end(): Promise<void> {
    this.fail(broken());
    await this.worker.terminate();
  }

  fail(reason: unknown): void {
    this.alive = false;
    for (const { reject } of this.waiting.values()) reject(reason);
    this.waiting.clear();
  }

  /** Language data lies in files of the program; the thread itself never fetches any. */
  private async speak(language: string, mode: number): Promise<void> {
    if (language === this.language) return;
    for (const code of language.split('+')) {
      if (this.present.has(code)) continue;
      const data = await readFile(join(this.dataFolder(code), `${code}.traineddata.gz`));
      const options = { cacheMethod: 'none', gzip: true, lstmOnly: true, langPath: this.dataFolder(code) };
      if (data.length === 0) throw broken();
      await this.call('loadLanguage', { langs: [code], options });
      this.present.add(code);
    }
    this.language = '';
    await this.call('initialize', { langs: language, oem: mode, config: {} });
    this.language = language;
  }

  private call(action: string, payload: unknown): Promise<unknown> {
    if (!this.alive) return Promise.reject(broken());
    this.jobs += 1;
    const jobId = String(this.jobs);
    return new Promise((resolve, reject) => {
      this.waiting.set(jobId, { resolve, reject });
      this.worker.postMessage({ workerId: 'ocr', jobId, action, payload });
    });
  }

  private receive({ jobId, status, data }: Reply): void {
    const waiting = this.waiting.get(jobId);
    if (!waiting || status === 'progress') return;
    this.waiting.delete(jobId);
    if (status === 'resolve') waiting.resolve(data);
    else waiting.reject(refused(String(data)));
  }
}

/** Folder of one language's data: a package of its own, outside of the program's archive (electron-builder.yml). */
function dataFolder(language: string): string {
  const found = createRequire(__filename).resolve(`@tesseract.js-data/${language}/package.json`);
  return join(dirname(found), '4.0.0_best_int');
}

let thread: EngineThread | null = null;
let idle: NodeJS.Timeout | undefined;
let queue: Promise<unknown> = Promise.resolve();

/**
 * Lends the engine for the work on one page, one page at a time.
 * @throws DocumentError TIMED_OUT after LIMITS.ocrPageMs, WORKER_CRASHED, CORRUPT; the engine is then started anew for the next page
 */
export function withEngine<T>(work: (engine: Pick<EngineThread, 'orientation' | 'read' | 'decode'>) => Promise<T>): Promise<T> {
  const turn = queue.then(() => lend(work));
  queue = turn.catch(() => undefined);
  return turn;
}

async function lend<T>(work: (engine: EngineThread) => Promise<T>): Promise<T> {
  clearTimeout(idle);
  if (thread && (!thread.alive || thread.pages >= PAGES_PER_THREAD)) await endEngine();
  const engine = thread ?? new EngineThread(dataFolder);
  const fresh = thread === null;
  thread = engine;
  const timer = setTimeout(() => {
    engine.fail(timedOut());
    void engine.end();
  }, LIMITS.ocrPageMs);
  try {
    if (fresh) await engine.load();
    return await work(engine);
  } finally {
    clearTimeout(timer);
    idle = setTimeout(() => void endEngine(), LIMITS.ocrIdleMs).unref();
  }
}

/** Ends the thread and gives its memory back. */
export async function endEngine(): Promise<void> {
  const ending = thread;
  thread = null;
  clearTimeout(idle);
  await ending?.end();
}

const broken = () =>
  new DocumentError(
    'WORKER_CRASHED',
    'Text recognition stopped while it read this file.',
    'Try again; if it fails again, scan or export the page anew.',
    true,
  );
const timedOut = () =>
  new DocumentError(
    'TIMED_OUT',
    `Text recognition stopped: one page took more than ${Math.round(LIMITS.ocrPageMs / 1000)} seconds.`,
    'The picture may be very large or very noisy. Scan it again at 300 dots per inch.',
  );
const refused = (reason: string) =>
  new DocumentError(
    'CORRUPT',
    `This picture cannot be decoded (${reason.slice(0, 120)}).`,
    'Export or scan it again, for instance as PNG.',
  );
