/** Reading Word documents of before 2007 (DOC): the text, notes, comments, headers and text boxes. */
import { readFile } from 'node:fs/promises';
import type { WordDocument } from 'word-extractor';
import { DocumentError } from '../../../core/errors';
import { decodeText } from '../decode';
import { decrypted } from '../encrypted';
import { corrupt } from '../package';
import { partsOf, type TextBlock } from '../parts';
import type { Reading, SourceFile } from '../reader';
import { tableBlocks } from '../tables';
import { openCompound } from './compound';
import { propertiesOf } from './properties';

const WHAT = 'This Word document';
/** File information block (MS-DOC 2.5.2): version, flags, and where the text of Word 6 and 95 begins and ends. */
const FIB_VERSION_AT = 2;
const FIB_FLAGS_AT = 10;
const FIB_TEXT_AT = 24;
const ENCRYPTED = 0x0100;
const WORD_97 = 0xc1;

/**
 * Opens an old Word document.
 * @throws DocumentError CORRUPT, ENCRYPTED, PASSWORD_NEEDED, PASSWORD_WRONG
 */
export async function readDoc({ path, password }: SourceFile): Promise<Reading> {
  const bytes = await decrypted(await readFile(path), password, WHAT);
  const compound = openCompound(bytes);
  const main = compound?.stream('WordDocument');
  if (!compound || !main || main.length < FIB_TEXT_AT + 8) throw corrupt(WHAT);
  if ((main.readUInt16LE(FIB_FLAGS_AT) & ENCRYPTED) !== 0) throw encrypted();
  const blocks = main.readUInt16LE(FIB_VERSION_AT) < WORD_97 ? paragraphs(textOfWord6(main)) : await textOfWord97(bytes);
  return { total: null, paged: false, metadata: () => propertiesOf(compound), parts: partsOf(blocks) };
}

async function textOfWord97(bytes: Buffer): Promise<TextBlock[]> {
  const { default: WordExtractor } = await import('word-extractor');
  const document = await new WordExtractor().extract(bytes).catch(() => {
    throw corrupt(WHAT);
  });
  const asWritten = { filterUnicode: false, includeBody: true, includeHeadersAndFooters: true };
  return [...paragraphs(document.getBody(asWritten)), ...besides(document, asWritten)];
}

function besides(document: WordDocument, asWritten: Parameters<WordDocument['getBody']>[0]): TextBlock[] {
  const texts = [
    document.getTextboxes(asWritten),
    document.getFootnotes(asWritten),
    document.getEndnotes(asWritten),
    document.getAnnotations(asWritten),
    document.getHeaders({ ...asWritten, includeHeadersAndFooters: false }),
    document.getFooters(asWritten),
  ];
  const seen = new Set<string>();
  return texts.flatMap(paragraphs).filter(({ text }) => !seen.has(text) && seen.add(text));
}

/** One after another as 8-bit letters. */
function textOfWord6(main: Buffer): string {
  const from = main.readUInt32LE(FIB_TEXT_AT);
  const to = main.readUInt32LE(FIB_TEXT_AT + 4);
  if (from >= to || to > main.length) throw corrupt(WHAT);
  return decodeText(main.subarray(from, to)).text;
}

/** Cells end with a bell or a tab and rows with two; the code of a field stands before its result. */
function paragraphs(text: string): TextBlock[] {
  const blocks: TextBlock[] = [];
  let rows: string[][] = [];
  const endTable = () => {
    blocks.push(...tableBlocks(rows, []));
    rows = [];
  };
  for (const line of withoutFields(text).split(/[\r\n\f]/)) {
    const cells = line.split('\u0007');
    if (cells.length > 1) rows.push(cells.map((cell) => cell.trim()).filter((cell, at) => cell !== '' || at < cells.length - 2));
    else if (line.includes('\t') && /\t.*\t/.test(line) && line.split('\t').every((cell) => cell.length < 400)) rows.push(line.split('\t'));
    else {
      endTable();
      if (line.trim() !== '') blocks.push({ text: line.trim(), kind: 'text', heading_path: [] });
    }
  }
  endTable();
  return blocks;
}

/** \u0013 code \u0014 result \u0015, within one another. */
function withoutFields(text: string): string {
  let kept = '';
  const open: boolean[] = [];
  for (const letter of text) {
    if (letter === '\u0013') open.push(true);
    else if (letter === '\u0014' && open.length > 0) open[open.length - 1] = false;
    else if (letter === '\u0015') open.pop();
    else if (!open.includes(true)) kept += letter;
  }
  return kept;
}

const encrypted = () =>
  new DocumentError(
    'ENCRYPTED',
    'This Word document is protected by a password in a way of before 2007.',
    'Open it in a word processor, save it as DOCX, and upload that.',
  );
