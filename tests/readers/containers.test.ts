/** Files that hold others, or many records: archives, mail, e-books, tables and JSON. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { openPool, readWhole, sample } from './read';

const pool = openPool();
const folder = mkdtempSync(join(tmpdir(), 'containers-'));
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

async function zip(entries: [string, string | Buffer][]): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, content] of entries) archive.addBuffer(Buffer.from(content), name);
  archive.end();
  return buffer(archive.outputStream);
}

function read(name: string, content: string | Buffer) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return readWhole(pool, path);
}

describe('tar and gzip', () => {
  const tar = (entries: [string, string | Buffer][]) => {
    const archive = pack();
    for (const [name, content] of entries) archive.entry({ name }, content);
    archive.finalize();
    return buffer(archive);
  };

  it('give each file its pages, named by the file, and say what could not be read', async () => {
    const entries: [string, string | Buffer][] = [
      ['./papers/räume.csv', 'room;seats\nAula;120\n'],
      ['._papers', 'litter'],
      ['papers/report.pdf', readFileSync(sample('two-columns.pdf'))],
      ['picture.xyz', Buffer.from([0, 1, 2, 3, 0, 255, 254])],
    ];
    const archive = await tar(entries);
    for (const [name, content, kind] of [
      ['box.tar', archive, 'application/x-tar'],
      ['box.tgz', gzipSync(archive), 'application/gzip'],
      ['noname', gzipSync(archive), 'application/gzip'],
    ] as const) {
      const { pages, result, mime_type } = await read(name, content);
      expect(mime_type).toBe(kind);
      expect(pages[0]?.label).toBe('papers/räume.csv');
      expect(pages.map(({ label }) => label)).toContain('papers/report.pdf, page 1');
      expect(result.content).toContain('| Aula | 120 |');
      expect(result.content).not.toContain('litter');
      expect(result.metadata).toMatchObject({ unread_files: 1, problems: [{ file: 'picture.xyz', code: 'UNSUPPORTED_TYPE' }] });
    }
  });

  it('a single packed file is read by its own name', async () => {
    const { pages, result } = await read('log.txt.gz', gzipSync('The pump stopped at noon.'));
    expect(result.content).toBe('The pump stopped at noon.');
    expect(pages[0]?.label).toBe('log.txt');
  });

  it('damage costs the rest only, and an archive of nothing says so', async () => {
    const archive = await tar([
      ['a.txt', 'First file is whole.'],
      ['b.txt', 'second '.repeat(500)],
    ]);
    const { result } = await read('cut.tar', archive.subarray(0, 2_000));
    expect(result.content).toContain('First file is whole.');
    expect(result.metadata).toHaveProperty('problems');
    await expect(read('broken.tgz', gzipSync(archive).subarray(0, 60))).rejects.toMatchObject({ code: 'NO_TEXT' });
  });

  it('bombs are stopped while they unpack', async () => {
    const layer = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const bomb = await tar(Array.from({ length: 40 }, (_, at): [string, Buffer] => [`zeroes${at}.txt.gz`, layer]));
    const started = Date.now();
    await expect(read('bomb.tgz', gzipSync(bomb))).rejects.toMatchObject({ code: 'BOMB' });
    expect(Date.now() - started).toBeLessThan(40_000);
  });
});

describe('archives', () => {
  it('give each file its pages, named by the file, and say what could not be read', async () => {
    const inner = await zip([['deep/nota bene.txt', 'Kept in the third drawer.']]);
    const { result, pages, chunks, mime_type } = await read(
      'box.bin',
      await zip([
        ['papers/report.pdf', readFileSync(sample('two-columns.pdf'))],
        ['papers/lists/räume.csv', 'room;seats\nAula;120\n'],
        ['__MACOSX/papers/._report.pdf', 'litter'],
        ['inner.zip', inner],
        ['broken.pdf', '%PDF-1.4 and nothing else'],
        ['picture.xyz', Buffer.from([0, 1, 2, 3, 0, 255, 254])],
      ]),
    );
    expect(mime_type).toBe('application/zip');
    expect(pages.map(({ page }) => page)).toEqual(pages.map((_, at) => at + 1));
    const labels = pages.map(({ label }) => label);
    expect(labels[0]).toBe('papers/report.pdf, page 1');
    expect(labels).toContain('papers/lists/räume.csv');
    expect(labels).toContain('inner.zip, deep/nota bene.txt');
    expect(result.content).toContain('| Aula | 120 |');
    expect(chunks.find(({ text }) => text.includes('third drawer'))?.heading_path).toEqual(['inner.zip', 'deep/nota bene.txt']);
    expect(pages[0]?.words.length).toBeGreaterThan(50);
    expect(result.metadata).toMatchObject({
      unread_files: 2,
      problems: [
        { file: 'broken.pdf', code: 'CORRUPT' },
        { file: 'picture.xyz', code: 'UNSUPPORTED_TYPE' },
      ],
    });
  });

  it('end with a reason when nothing in them can be read', async () => {
    await expect(read('none.zip', await zip([['a.bin', Buffer.from([0, 0, 1])]]))).rejects.toMatchObject({ code: 'NO_TEXT' });
    await expect(read('empty.zip', await zip([]))).rejects.toMatchObject({ code: 'NO_TEXT' });
    const whole = await zip([['a.txt', 'text '.repeat(1000)]]);
    await expect(read('cut.zip', whole.subarray(0, whole.length - 30))).rejects.toMatchObject({ code: 'CORRUPT' });
  });

  it('within themselves are followed to a depth, and no further', async () => {
    let nested = await zip([['bottom.txt', 'too far down']]);
    for (let depth = 0; depth < 12; depth += 1) nested = await zip([['next.zip', nested]]);
    await expect(read('deep.zip', nested)).rejects.toMatchObject({ code: 'NO_TEXT' });
  });

  it('that would fill the disk are given up', async () => {
    const gigabyte = new ZipFile();
    const zeros = Buffer.alloc(64 * 1024 * 1024, 'a');
    for (let at = 0; at < 40; at += 1) gigabyte.addBuffer(zeros, `${at}.txt`);
    gigabyte.end();
    const bytes = await buffer(gigabyte.outputStream);
    expect(bytes.length).toBeLessThan(4 * 1024 * 1024);
    await expect(read('bomb.zip', bytes)).rejects.toMatchObject({ code: expect.stringMatching(/BOMB|TOO_LARGE/) });
  }, 240_000);
});

const MESSAGE = [
  'From: =?UTF-8?Q?Zo=C3=AB_Brandt?= <zoe@example.org>',
  'To: harbour@example.org',
  'Subject: =?ISO-8859-1?Q?Schl=FCssel?= for the lock',
  'Date: Tue, 3 Mar 2026 10:00:00 +0100',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="xx"',
  '',
  '--xx',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'The spare key lies under the third stone, s=C3=BCdlich.',
  '--xx',
  'Content-Type: text/csv; name="keys.csv"',
  'Content-Disposition: attachment; filename="keys.csv"',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from('lock,key\nnorth gate,K-17\n').toString('base64'),
  '--xx--',
  '',
].join('\r\n');

describe('mail', () => {
  it('gives subject, people, text and attachments', async () => {
    const { result, chunks, mime_type } = await read('key.txt', MESSAGE);
    expect(mime_type).toBe('message/rfc822');
    expect(result.content).toContain('From: Zoë Brandt <zoe@example.org>');
    expect(result.content).toContain('under the third stone, südlich.');
    expect(result.content).toContain('| north gate | K-17 |');
    expect(result.metadata).toMatchObject({ title: 'Schlüssel for the lock', author: 'Zoë Brandt <zoe@example.org>' });
    expect(chunks[0]?.heading_path).toEqual(['Schlüssel for the lock']);
    expect(chunks.at(-1)?.heading_path).toEqual(['keys.csv']);
    // What is attached has numbers, so that it can be asked for.
    expect([chunks[0]?.page_from, chunks.at(-1)?.page_from, result.pages]).toEqual([null, 2, 2]);
    expect((await read('bare.eml', 'From: a@b.org\nSubject: Lock\n\nIt opens at six.\n')).result.pages).toBeNull();
  });

  it('in a mailbox is one page each', async () => {
    const box = `From zoe@example.org Tue Mar  3 10:00:00 2026\n${MESSAGE}\n\nFrom sam@example.org Wed Mar  4 08:00:00 2026\nFrom: sam@example.org\nSubject: Re: lock\n\n>From here on I shall use the old one.\n`;
    const { result, pages, mime_type } = await read('archive.mbox', box);
    expect(mime_type).toBe('application/mbox');
    expect(pages.map(({ label }) => label)).toEqual(['Schlüssel for the lock', 'Schlüssel for the lock, keys.csv', 'Re: lock']);
    expect(result.content).toContain('\n\nFrom here on I shall use the old one.');
    expect(result.metadata).toMatchObject({ messages: 2 });
  });
});

describe('e-books', () => {
  it('are read in the order of the spine, below the titles of their contents', async () => {
    const chapter = (body: string) =>
      `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>${body}</body></html>`;
    const { result, chunks, mime_type } = await read(
      'tales.zip',
      await zip([
        ['META-INF/container.xml', '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'],
        [
          'OPS/book.opf',
          `<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Tales of the Ferry</dc:title><dc:creator>A. Lund</dc:creator></metadata>
           <manifest><item id="b" href="two%20b.xhtml"/><item id="a" href="one.xhtml"/><item id="n" href="toc.ncx"/></manifest>
           <spine><itemref idref="a"/><itemref idref="b"/></spine></package>`,
        ],
        ['OPS/two b.xhtml', chapter('<h1>The Storm</h1><p>Waves stood higher than the wheelhouse.</p>')],
        ['OPS/one.xhtml', chapter('<p>The ferry left at dawn.</p>')],
        [
          'OPS/toc.ncx',
          '<ncx><navMap><navPoint><navLabel><text>Departure</text></navLabel><content src="one.xhtml#top"/></navPoint></navMap></ncx>',
        ],
      ]),
    );
    expect(mime_type).toBe('application/epub+zip');
    expect(result.content).toBe('The ferry left at dawn.\n\nThe Storm\n\nWaves stood higher than the wheelhouse.');
    expect(chunks.map(({ heading_path }) => heading_path)).toEqual([['Departure'], ['The Storm']]);
    expect(result.metadata).toMatchObject({ title: 'Tales of the Ferry', author: 'A. Lund' });
  });
});

describe('tables of text', () => {
  it('find their delimiter, keep quoted cells whole, and repeat their head', async () => {
    const rows = Array.from({ length: 200 }, (_, at) => `${at};"Berth ""${at}""; inner";${at * 3},5`);
    const { result, chunks } = await read('berths.csv', ['number;name;length', ...rows].join('\r\n'));
    expect(result.content).toContain('| 7 | Berth "7"; inner | 21,5 |');
    expect(chunks.length).toBeGreaterThan(3);
    for (const { text } of chunks) expect(text.startsWith('| number | name | length |')).toBe(true);
  });

  it('read tabs, a named delimiter, and what is no table at all', async () => {
    expect((await read('a.tsv', 'x\ty\n1\t2\n')).result.content).toBe('| x | y |\n| --- | --- |\n| 1 | 2 |');
    expect((await read('b.csv', 'sep=|\nx|y\n1|2\n')).result.content).toContain('| 1 | 2 |');
    expect((await read('c.csv', 'only one column\nand no delimiter\n')).result.content).toContain('only one column');
  });
});

describe('JSON', () => {
  it('gives values with the path of their keys, letters decoded', async () => {
    const { result, chunks } = await read(
      'a.json',
      JSON.stringify({ name: 'Fähre', crew: { captain: { name: 'Ida', since: 2019 }, mates: ['Bo', 'Lars'] } }).replace('ä', '\\u00e4'),
    );
    expect(result.content).toContain('name: Fähre');
    expect(result.content).toContain('captain.name: Ida');
    expect(chunks[0]?.text).toContain('crew.mates.2: Lars');
  });

  it('makes tables of records, and reads one value a line', async () => {
    const records = [1, 2, 3].map((id) => ({ id, port: `Port ${id}` }));
    expect((await read('b.json', JSON.stringify(records))).result.content).toContain('| 2 | Port 2 |');
    expect((await read('c.jsonl', records.map((one) => JSON.stringify(one)).join('\n'))).result.content).toContain('| id | port |');
  });

  it('survives lists within lists without end, and what is no JSON', async () => {
    const depth = 100_000;
    expect((await read('d.json', '['.repeat(depth) + ']'.repeat(depth))).result.content.length).toBeGreaterThan(0);
    expect((await read('e.json', '{"half": ')).result.content).toContain('half');
  });
});
