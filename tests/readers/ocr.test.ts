/** Text recognition through the pool: languages found by themselves, pages any way up, words where they stand, hostile pictures. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import texts from '../samples/pictures/texts.json';
import { flat, inputOf, openPool, readWhole, sample } from './read';

const folder = mkdtempSync(join(tmpdir(), 'ocr-'));
const pool = openPool();
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

const picture = (name: string) => sample(`pictures/${name}`);
const textOf = (language: keyof typeof texts) => flat(texts[language].join(''));
const fail = (path: string, mime_type: string) => pool.read(inputOf(path, mime_type), async () => {}, new AbortController().signal);

/** Letters to change, add or leave out, as a share of the true text. */
function errorRate(truth: string, read: string): number {
  let row = Array.from({ length: read.length + 1 }, (_, at) => at);
  for (let one = 1; one <= truth.length; one += 1) {
    const next = [one];
    for (let other = 1; other <= read.length; other += 1) {
      const change = (row[other - 1] ?? 0) + (truth[one - 1] === read[other - 1] ? 0 : 1);
      next.push(Math.min(change, (row[other] ?? 0) + 1, (next[other - 1] ?? 0) + 1));
    }
    row = next;
  }
  return (row[read.length] ?? 0) / truth.length;
}

describe('text recognition', () => {
  it.each([
    ['english.png', 'english', 'en', 0.01],
    ['english-skewed.jpg', 'english', 'en', 0.03],
    ['german.webp', 'german', 'de', 0.02],
    ['french.png', 'french', 'fr', 0.02],
    ['chinese.png', 'chinese', 'zh-Hans', 0.08],
    ['japanese.png', 'japanese', 'ja', 0.08],
    ['korean.png', 'korean', 'ko', 0.08],
    ['arabic.png', 'arabic', 'ar', 0.06],
  ] as const)('reads %s and finds out its language', async (name, text, language, share) => {
    const { pages, result } = await readWhole(pool, picture(name));
    expect(result.metadata).toEqual({ text_recognised: true, language });
    expect(errorRate(textOf(text), flat(pages[0]?.text ?? ''))).toBeLessThanOrEqual(share);
  });

  it('keeps paragraphs apart and puts each word where it stands', async () => {
    const { pages, chunks, result } = await readWhole(pool, picture('english.png'));
    const [page] = pages;
    expect(page?.text).toMatch(/herring\.\n\nHer captain/);
    expect(result.pages).toBe(1);
    expect(chunks[0]?.page_from).toBe(1);
    const letters = [...result.content];
    const words = page?.words.map((word) => ({ ...word, text: letters.slice(word.char_start, word.char_end).join('') })) ?? [];
    // The pen began each line at pixel 90 of 1100, the first one with its foot at 100 of 520, the next 44 lower.
    const [width, height] = [page?.width ?? 0, page?.height ?? 0];
    expect(width / height).toBeCloseTo(1100 / 520, 2);
    const place = (text: string) => words.find((word) => word.text === text);
    expect((1100 * (place('The')?.x ?? 0)) / width).toBeCloseTo(90, -1);
    expect((520 * ((place('The')?.y ?? 0) + (place('The')?.height ?? 0))) / height).toBeCloseTo(100, -1);
    expect((520 * ((place('has')?.y ?? 0) + (place('has')?.height ?? 0))) / height).toBeCloseTo(144, -1);
  });

  it.each([90, 180, 270])(
    'turns a page upright that lies at %i degrees, and finds its words where they are in the picture',
    async (turn) => {
      const { pages, result } = await readWhole(pool, picture(`german-${turn}.png`));
      const [page] = pages;
      expect(errorRate(textOf('german'), flat(page?.text ?? ''))).toBeLessThanOrEqual(0.02);
      const at = result.content.indexOf('Müllerstraße');
      const word = page?.words.find(({ char_start }) => char_start === at);
      const sideways = turn !== 180;
      expect((word?.height ?? 0) > (word?.width ?? 0)).toBe(sideways);
      const [across, down] = [(word?.x ?? 0) / (page?.width ?? 1), (word?.y ?? 0) / (page?.height ?? 1)];
      if (turn === 90) expect([across > 0.7, down < 0.3]).toEqual([true, true]);
      if (turn === 180) expect([across > 0.6, down > 0.7]).toEqual([true, true]);
      if (turn === 270) expect([across < 0.3, down > 0.6]).toEqual([true, true]);
    },
  );

  it('reads the pages of a TIFF, each in its language', async () => {
    const { pages, result, mime_type } = await readWhole(pool, picture('two-pages.tif'));
    expect(mime_type).toBe('image/tiff');
    expect([pages.length, result.pages]).toEqual([2, 2]);
    expect(pages[0]?.width).toBeCloseTo((1100 * 72) / 150);
    expect(errorRate(textOf('english'), flat(pages[0]?.text ?? ''))).toBeLessThanOrEqual(0.02);
    expect(errorRate(textOf('german'), flat(pages[1]?.text ?? ''))).toBeLessThanOrEqual(0.02);
  });

  it('goes on where it was interrupted, and does not trust a result that was cut off', async () => {
    const input = inputOf(picture('two-pages.tif'), 'image/tiff');
    const read = async () => {
      const rows: string[] = [];
      const started = Date.now();
      const take = async ({ pages }: { pages: { text: string }[] }) => void rows.push(...pages.map(({ text }) => text));
      await pool.read(input, take, new AbortController().signal);
      return { rows, ms: Date.now() - started };
    };
    const first = await read();
    const kept = readdirSync(join(input.scratch, 'ocr'));
    expect(kept).toHaveLength(2);
    const again = await read();
    expect(again.rows).toEqual(first.rows);
    expect(again.ms).toBeLessThan(first.ms / 3);
    const broken = join(input.scratch, 'ocr', kept[0] ?? '');
    truncateSync(broken, 40);
    expect((await read()).rows).toEqual(first.rows);
    expect(JSON.parse(readFileSync(broken, 'utf8')).recognition.lines.length).toBeGreaterThan(3);
    rmSync(input.scratch, { recursive: true });
    expect(existsSync(input.scratch)).toBe(false);
  });

  it('is not taken for dead while a page takes longer than the silence allowed', async () => {
    const strict = openPool({ silenceMs: 6_000 });
    const input = inputOf(picture('two-pages.tif'), 'image/tiff');
    await expect(strict.read(input, async () => {}, new AbortController().signal)).resolves.toMatchObject({ pages: 2 });
    await strict.close();
  });

  it('says so when there is no text, and when the writing is one it does not know', async () => {
    await expect(fail(picture('empty.jpg'), 'image/jpeg')).rejects.toMatchObject({ code: 'NO_TEXT' });
    await expect(fail(picture('russian.png'), 'image/png')).rejects.toMatchObject({
      code: 'NO_TEXT',
      message: expect.stringContaining('Cyrillic'),
    });
  });
});

/** A PNG that claims a size and holds little (ISO 15948). */
function claiming(width: number, height: number): Buffer {
  const chunk = (kind: string, data: Buffer) => {
    const whole = Buffer.concat([Buffer.alloc(4), Buffer.from(kind), data, Buffer.alloc(4)]);
    whole.writeUInt32BE(data.length, 0);
    whole.writeUInt32BE(crc32(whole.subarray(4, -4)), whole.length - 4);
    return whole;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.alloc(100))), chunk('IEND', Buffer.alloc(0))]);
}

/** A TIFF whose only directory names itself as the next one, or one of 60,000 × 60,000 pixels. */
function tiff(next: number): Buffer {
  const file = Buffer.alloc(38);
  file.write('II*\0', 0, 'latin1');
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(2, 8);
  for (const [at, tag] of [256, 257].entries()) {
    file.writeUInt16LE(tag, 10 + at * 12);
    file.writeUInt16LE(4, 12 + at * 12);
    file.writeUInt32LE(1, 14 + at * 12);
    file.writeUInt32LE(60_000, 18 + at * 12);
  }
  file.writeUInt32LE(next, 34);
  return file;
}

describe('hostile pictures', () => {
  const cut = (name: string) => readFileSync(picture(name)).subarray(0, 9_000);
  it.each([
    ['50,000 by 50,000 pixels', 'image/png', claiming(50_000, 50_000), 'TOO_LARGE'],
    ['a size that its data does not have', 'image/png', claiming(2_000, 2_000), 'CORRUPT'],
    ['a TIFF of 60,000 by 60,000 pixels', 'image/tiff', tiff(0), 'TOO_LARGE'],
    ['a TIFF that runs in a circle', 'image/tiff', tiff(8), 'CORRUPT'],
    ['a PNG cut off', 'image/png', cut('english.png'), 'CORRUPT'],
    ['a WebP cut off', 'image/webp', cut('german.webp'), 'CORRUPT'],
    ['a JPEG cut off in its header', 'image/jpeg', cut('empty.jpg').subarray(0, 30), 'CORRUPT'],
    ['a bitmap that is two letters', 'image/bmp', Buffer.from('BM and no more than that'), 'CORRUPT'],
  ])('refuses %s within seconds', async (name, mime_type, bytes, code) => {
    const path = join(folder, name.replace(/\W+/g, '-'));
    writeFileSync(path, bytes);
    const started = Date.now();
    await expect(fail(path, mime_type)).rejects.toMatchObject({ code });
    expect(Date.now() - started).toBeLessThan(8_000);
  });

  it('reads on after all that', async () => {
    expect((await readWhole(pool, picture('english.png'))).result.content).toContain('Petrel');
  });
});
