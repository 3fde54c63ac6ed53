/** Makes pictures/*: texts drawn by a browser as scanners, cameras and screens leave them. Wants Chromium and fonts for all scripts. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { chromium } from 'playwright';

const folder = new URL('../pictures/', import.meta.url);
const texts = JSON.parse(readFileSync(new URL('texts.json', folder), 'utf8'));
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const browser = await chromium.launch(executablePath ? { executablePath } : {});
const page = await browser.newPage();

/** Runs in the browser. 1100 × 520 pixels at 150 dots per inch, letters of 11 points. */
function draw({ lines, type, turn = 0, skew = 0, noise = 0, right = false, blank = false }) {
  const [width, height] = [1100, 520];
  const sideways = turn % 180 !== 0;
  const canvas = new OffscreenCanvas(sideways ? height : width, sideways ? width : height);
  const pen = canvas.getContext('2d');
  pen.fillStyle = noise ? '#e8e4da' : '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.translate(canvas.width / 2, canvas.height / 2);
  pen.rotate(((turn + skew) * Math.PI) / 180);
  pen.fillStyle = noise ? '#333' : '#000';
  pen.font = '23px "DejaVu Serif", "Noto Serif", "Noto Sans CJK SC", serif';
  pen.textAlign = right ? 'right' : 'left';
  pen.direction = right ? 'rtl' : 'ltr';
  if (!blank) lines.forEach((line, at) => pen.fillText(line, right ? width / 2 - 90 : 90 - width / 2, 100 - height / 2 + at * 44));
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5;
  const pixels = pen.getImageData(0, 0, canvas.width, canvas.height);
  for (let at = 0; noise && at < pixels.data.length; at += 4) {
    const grain = random() * noise;
    for (const channel of [0, 1, 2]) pixels.data[at + channel] += grain;
  }
  pen.putImageData(pixels, 0, 0);
  if (type === 'grey') return { width: canvas.width, height: canvas.height, grey: [...pixels.data].filter((_, at) => at % 4 === 0) };
  return canvas.convertToBlob({ type, quality: 0.6 }).then(async (blob) => [...new Uint8Array(await blob.arrayBuffer())]);
}

const save = (name, bytes) => writeFileSync(new URL(name, folder), Buffer.from(bytes));
const picture = async (name, options) => save(name, await page.evaluate(draw, options));

await picture('english.png', { lines: texts.english, type: 'image/png' });
await picture('english-skewed.jpg', { lines: texts.english, type: 'image/jpeg', skew: 3, noise: 70 });
await picture('german.webp', { lines: texts.german, type: 'image/webp' });
for (const turn of [90, 180, 270]) await picture(`german-${turn}.png`, { lines: texts.german, type: 'image/png', turn });
for (const language of ['french', 'chinese', 'japanese', 'korean', 'russian'])
  await picture(`${language}.png`, { lines: texts[language], type: 'image/png' });
await picture('arabic.png', { lines: texts.arabic, type: 'image/png', right: true });
await picture('empty.jpg', { lines: [], type: 'image/jpeg', noise: 40, blank: true });
const pages = [];
for (const lines of [texts.english, texts.german]) pages.push(await page.evaluate(draw, { lines, type: 'grey' }));
save('two-pages.tif', tiff(pages));
await browser.close();

/** Grey pages, deflated, one strip each (TIFF 6.0). */
function tiff(sheets) {
  const pieces = [Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0])];
  let at = 8;
  sheets.forEach(({ width, height, grey }, index) => {
    const strip = deflateSync(Buffer.from(grey));
    const data = at + 2 + 11 * 12 + 4;
    const tags = [
      [256, 4, width],
      [257, 4, height],
      [258, 3, 8],
      [259, 3, 8],
      [262, 3, 1],
      [273, 4, data + 8],
      [277, 3, 1],
      [278, 4, height],
      [279, 4, strip.length],
      [282, 5, data],
      [283, 5, data],
    ];
    const end = data + 8 + strip.length;
    const directory = Buffer.alloc(data - at);
    directory.writeUInt16LE(tags.length, 0);
    tags.forEach(([tag, kind, value], row) => {
      directory.writeUInt16LE(tag, 2 + row * 12);
      directory.writeUInt16LE(kind, 4 + row * 12);
      directory.writeUInt32LE(1, 6 + row * 12);
      directory.writeUInt32LE(value, 10 + row * 12);
    });
    directory.writeUInt32LE(index + 1 < sheets.length ? end + (end % 2) : 0, directory.length - 4);
    const resolution = Buffer.alloc(8);
    resolution.writeUInt32LE(150, 0);
    resolution.writeUInt32LE(1, 4);
    pieces.push(directory, resolution, strip, Buffer.alloc(end % 2));
    at = end + (end % 2);
  });
  return Buffer.concat(pieces);
}
