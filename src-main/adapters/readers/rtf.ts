/** Reading Rich Text Format (RTF 1.9.1): paragraphs, headings by outline level, tables, footnotes, fields' results, any code page. */
import { readFile } from 'node:fs/promises';
import { DocumentError } from '../../core/errors';
import { createOutline } from './outline';
import { partsOf, type TextBlock } from './parts';
import type { Reading, SourceFile } from './reader';
import { createRtfText } from './rtf-text';
import { tableBlocks } from './tables';
import { collapse } from './xml';

/** Opens an RTF file. @throws DocumentError CORRUPT */
export async function readRtf({ path }: SourceFile): Promise<Reading> {
  const { events, info } = createRtfText(await readFile(path));
  if (events.length === 0 && info.size === 0) {
    throw new DocumentError(
      'CORRUPT',
      'This RTF file is damaged: it holds no text that could be read.',
      'Open it in a word processor and save it again.',
    );
  }
  return { total: null, paged: false, metadata: () => Object.fromEntries(info), parts: partsOf(blocksOf(events)) };
}

/** The blocks of an RTF text that lies within another document. */
export const rtfBlocks = (bytes: Buffer): TextBlock[] => [...blocksOf(createRtfText(bytes).events)];

function* blocksOf(events: ReturnType<typeof createRtfText>['events']): Generator<TextBlock> {
  const outline = createOutline();
  let rows: string[][] = [];
  const table = function* () {
    if (rows.length > 0) yield* tableBlocks(rows, outline.path());
    rows = [];
  };
  for (const event of events) {
    if ('cells' in event) {
      rows.push(event.cells);
      continue;
    }
    yield* table();
    const text = event.text.trim();
    if (text === '') continue;
    if (event.level !== null) {
      const title = collapse(text);
      outline.enter(event.level, title);
      yield { text: title, kind: 'heading', heading_path: outline.path() };
    } else yield { text, kind: 'text', heading_path: outline.path() };
  }
  yield* table();
}
