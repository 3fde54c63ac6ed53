/** Gathering the lines of a markup language into blocks below their headings. */
import { createOutline } from '../outline';
import type { TextBlock } from '../parts';
import { tableBlocks } from '../tables';

/** Longer lines are data; looking for marks in them would take long. */
export const MARKED_LENGTH = 4_000;

/** What has been read so far of a document that is written line by line. */
export class Written {
  readonly blocks: TextBlock[] = [];
  private readonly outline = createOutline();
  private lines: string[] = [];
  private rows: string[][] = [];

  heading(level: number, title: string): void {
    this.end();
    const text = title.trim();
    if (text === '') return;
    this.outline.enter(level, text);
    this.blocks.push({ text, kind: 'heading', heading_path: this.outline.path() });
  }

  /** One more line of the present paragraph; an empty one ends it. */
  line(text: string): void {
    this.endTable();
    if (text.trim() === '') this.endParagraph();
    else this.lines.push(text.trimEnd());
  }

  row(cells: string[]): void {
    this.endParagraph();
    this.rows.push(cells);
  }

  /** Lines that stay as they are: code, poems, tables drawn with signs. */
  verbatim(lines: string[]): void {
    this.end();
    const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
    const indent = indents.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
    const text = lines
      .map((line) => line.slice(Math.min(indent, line.length)).trimEnd())
      .join('\n')
      .replace(/^\n+|\n+$/g, '');
    if (text !== '') this.blocks.push({ text, kind: 'text', heading_path: this.outline.path() });
  }

  end(): TextBlock[] {
    this.endParagraph();
    this.endTable();
    return this.blocks;
  }

  private endParagraph(): void {
    if (this.lines.length > 0) this.blocks.push({ text: this.lines.join('\n'), kind: 'text', heading_path: this.outline.path() });
    this.lines = [];
  }

  private endTable(): void {
    if (this.rows.length > 0) this.blocks.push(...tableBlocks(this.rows, this.outline.path()));
    this.rows = [];
  }
}
