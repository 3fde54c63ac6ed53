/** Files that are broken, lie about their kind or mean harm, and how their kind is told. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import officeCrypto from 'officecrypto-tool';
import { afterAll, describe, expect, it } from 'vitest';
import { inputOf, openPool, readWhole, sample } from './read';

const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
const pool = openPool();
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const read = (path: string, mime_type: string) => pool.read(inputOf(path, mime_type), async () => {}, new AbortController().signal);
const contentOf = async (name: string, content: string | Buffer) => (await readWhole(pool, file(name, content))).result.content;

/** A ZIP archive of one deflated entry, as APPNOTE.TXT has it. */
function zip(name: string, content: Buffer): Buffer {
  const data = deflateRawSync(content);
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(data.length, 4);
  sizes.writeUInt32LE(10, 8); // A lie: the real size is far larger.
  const names = Buffer.alloc(4);
  names.writeUInt16LE(name.length, 0);
  const fixed = Buffer.from('1400000008000000000000', 'hex').subarray(0, 10);
  const local = Buffer.concat([Buffer.from('504b0304', 'hex'), fixed, sizes, names, Buffer.from(name), data]);
  const entry = Buffer.concat([Buffer.from('504b01021400', 'hex'), fixed, sizes, names, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, entry, end]);
}

describe('kinds', () => {
  it.each([
    ['report.txt', readFileSync(sample('annual-report.pdf')), 'application/pdf'],
    ['contract.zip', readFileSync(sample('contract.docx')), DOCX],
    ['page.txt', '<!DOCTYPE html><title>x</title>', 'text/html'],
    ['notes.md', 'no mark at all', 'text/markdown'],
    ['main.rs', 'fn main() {}', 'text/plain'],
    ['no-name', Buffer.from('\ufeffwide text', 'utf16le'), 'text/plain'],
    ['rows.csv', 'a;b\n1;2', 'text/csv'],
    ['bmw.txt', 'BMW and MZ build motorcycles.', 'text/plain'],
    ['wide.xml', Buffer.from('\ufeff<?xml version="1.0"?><a>b</a>', 'utf16le'), 'application/xml'],
    ['terminal.log', '\u0007\u0008bell', 'text/plain'],
    ['letter.txt', '{\\rtf1\\ansi Dear Sir}', 'application/rtf'],
    ['zeroes.txt', 'one\0two three', null],
    ['noise.txt', Buffer.from(Array.from({ length: 4000 }, (_, at) => (at * 7919) % 256)), null],
    ['picture.pdf', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'image/png'],
  ])('%s', async (name, content, kind) => {
    expect(await pool.detect(file(name, content), name)).toBe(kind);
  });

  it('tells text whose sample ends inside a character', async () => {
    expect(await pool.detect(file('wide.txt', `a${'é'.repeat(20_000)}`), 'wide.txt')).toBe('text/plain');
  });
});

describe('broken and hostile files', () => {
  it.each([
    ['cut off', readFileSync(sample('contract.docx')).subarray(0, 3000), 'CORRUPT'],
    ['no archive', Buffer.from('hello'), 'CORRUPT'],
    ['another archive', zip('readme.txt', Buffer.from('hello')), 'CORRUPT'],
    ['of the old format', Buffer.from('d0cf11e0a1b11ae1'.padEnd(2048, '0'), 'hex'), 'UNSUPPORTED_TYPE'],
    ['encrypted', officeCrypto.encrypt(readFileSync(sample('contract.docx')), { password: 'x' }), 'PASSWORD_NEEDED'],
    ['a bomb that gives a small size', zip('word/document.xml', Buffer.alloc(160 * 1024 * 1024, 0x20)), 'TOO_LARGE'],
  ])('DOCX: %s', async (_, content, code) => {
    await expect(read(file('x.docx', content), DOCX)).rejects.toMatchObject({ code, retryable: false });
  });

  it('reads a page nested fifty thousand deep', async () => {
    expect(await contentOf('deep.html', `<html><body>${'<div>'.repeat(50_000)}bottom`)).toBe('bottom');
    expect(await contentOf('lists.html', `<html><body>${'<ul><li>'.repeat(5_000)}bottom`)).toContain('bottom');
  });

  it('keeps cells apart, and repeats one that reaches over rows', async () => {
    const rows = '<tr><td rowspan=2>Oslo<td><p>a</p><p>b</p></tr><tr><td colspan=99999>c</tr>';
    const content = await contentOf('t.html', `<html><table>${rows}</table>`);
    expect(content).toMatch(/^\| Oslo \| a b \|/);
    expect(content).toMatch(/\n\| Oslo \| c \|/);
    expect(content.length).toBeLessThan(2_000);
  });

  it('reads one line of a megabyte without breaking a character', async () => {
    const text = '𝒜'.repeat(300_000);
    const { result, chunks } = await readWhole(pool, file('long.txt', text));
    expect(result.content.replaceAll('\n', '')).toBe(text);
    expect(chunks.every((chunk) => !/\p{Surrogate}/u.test(chunk.text))).toBe(true);
  });

  it('drops zero characters and lone surrogates', async () => {
    const text = 'word '.repeat(100);
    expect(await contentOf('odd.txt', Buffer.from(`\ufeff${text}a\0b\ud800c`, 'utf16le'))).toBe(`${text}ab\ufffdc`);
  });
});
