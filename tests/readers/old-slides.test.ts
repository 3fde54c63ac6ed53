/** Presentations of before 2007, made record by record (MS-PPT). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as XLSX from '@e965/xlsx';
import { afterAll, describe, expect, it } from 'vitest';
import { openPool, readWhole } from './read';

const pool = openPool();
const folder = mkdtempSync(join(tmpdir(), 'slides-'));
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

const CONTAINER = 0xf;

function record(type: number, body: Buffer, { version = 0, instance = 0 } = {}): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE((instance << 4) | version, 0);
  head.writeUInt16LE(type, 2);
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}
const box = (type: number, parts: Buffer[], instance = 0) => record(type, Buffer.concat(parts), { version: CONTAINER, instance });
const numbers = (...values: number[]) => Buffer.concat(values.map((value) => Buffer.from(new Uint32Array([value]).buffer)));

/** A shape with a text, as a placeholder or of its own. */
const shape = (text: string, placeholder = false) =>
  box(0xf004, [
    ...(placeholder ? [box(0xf011, [record(0x0bc3, numbers(0, 0))])] : []),
    box(0xf00d, [record(0x0f9f, numbers(4)), record(0x0fa0, Buffer.from(text, 'utf16le'))]),
  ]);
const drawing = (...shapes: Buffer[]) => box(0x040c, [box(0xf002, [box(0xf003, shapes)])]);
const slide = (master: number, ...shapes: Buffer[]) =>
  box(0x03ee, [record(0x03ef, numbers(0, 0, 0, master, 0, 0), { version: 2 }), drawing(...shapes)]);
const listed = (instance: number, ...entries: [reference: number, id: number][]) =>
  box(
    0x0ff0,
    entries.map(([reference, id]) => record(0x03f3, numbers(reference, 0, 0, id, 0))),
    instance,
  );

function presentation(): Buffer {
  const master = box(0x03f8, [drawing(shape('Click to edit the title', true), shape('Harbour board, confidential'))]);
  const objects = [
    box(0x03e8, [listed(1, [2, 900]), listed(0, [3, 256], [4, 257])]),
    master,
    slide(900, shape('The lock opens at six.')),
    slide(900, shape('The ferry waits for nobody.')),
  ];
  const places = objects.map((_, at) => objects.slice(0, at).reduce((sum, { length }) => sum + length, 0));
  const directory = objects.reduce((sum, { length }) => sum + length, 0);
  const edit = record(0x1772, numbers((objects.length << 20) | 1, ...places));
  const stream = Buffer.concat([...objects, edit, record(0x0ff5, numbers(0, 0, 0, directory, 1, 0, 0))]);
  const user = record(0x0ff6, numbers(20, 0xe391c05f, directory + edit.length, 0));
  const file = XLSX.CFB.utils.cfb_new();
  XLSX.CFB.utils.cfb_add(file, '/PowerPoint Document', stream);
  XLSX.CFB.utils.cfb_add(file, '/Current User', user);
  return XLSX.CFB.write(file, { type: 'buffer' }) as Buffer;
}

describe('old presentations', () => {
  it('are read slide by slide; what stands on the master alone is said once, and what to click is not', async () => {
    const path = join(folder, 'board.ppt');
    writeFileSync(path, presentation());
    const { pages, result } = await readWhole(pool, path);
    expect(pages.map(({ text }) => text)).toEqual(['The lock opens at six.\n\nHarbour board, confidential', 'The ferry waits for nobody.']);
    expect(result.pages).toBe(2);
  });
});
