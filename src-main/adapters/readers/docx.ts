/** Reading Word documents (DOCX): mammoth makes HTML of them, whose blocks are taken like a web page's; what mammoth passes over is added. */
import { readFile } from 'node:fs/promises';
import mammoth from 'mammoth';
import { parseFragment } from 'parse5';
import { DocumentError } from '../../core/errors';
import { clean } from './decode';
import { embeddedBlocks, FEW_LETTERS, lettersOf, pictureBlocks } from './embedded';
import { decrypted, isCompound } from './encrypted';
import { htmlBlocks } from './html-blocks';
import { coreProperties, relations } from './open-xml';
import { corrupt, openPackage, type Package } from './package';
import { partsOf, type TextBlock } from './parts';
import type { Reading, SourceFile } from './reader';
import { flatten, prepared } from './word/prepare';
import { attribute, child, collapse, find, findAll, findEvery, textOf, type XmlNode } from './xml';

const WHAT = 'This Word document';
/** Where it is mostly. */
const DOCUMENT = 'word/document.xml';

/**
 * Opens a Word document.
 * @throws DocumentError CORRUPT, PASSWORD_NEEDED, PASSWORD_WRONG, TOO_LARGE, UNSUPPORTED_TYPE
 */
export async function readDocx(source: SourceFile): Promise<Reading> {
  const { path, password } = source;
  const bytes = await decrypted(await readFile(path), password, WHAT);
  if (isCompound(bytes)) throw oldFormat();
  const file = await openPackage(bytes, WHAT);
  const main = [...relations(file, '').values()].find(({ type }) => type === 'officeDocument')?.target ?? DOCUMENT;
  const root = parseFragment(clean(await htmlOf(await prepared(file, main), file)));
  const blocks = [...htmlBlocks(root), ...(await insertedBlocks(source, file, main))];
  const pictures = lettersOf(blocks) < FEW_LETTERS ? await pictureBlocks(source, file, picturesOf(file, main)) : [];
  return { total: null, paged: false, parts: partsOf([...blocks, ...pictures, ...besides(file)]), metadata: () => coreProperties(file) };
}

/** Whole files of other formats (web pages, RTF, Word) that stand for a stretch of the text; some programs write all of it so. */
async function insertedBlocks(source: SourceFile, file: Package, main: string): Promise<TextBlock[]> {
  if (!file.text(main)?.includes('<w:altChunk')) return [];
  const targets = relations(file, main);
  const found: TextBlock[] = [];
  for (const chunk of findAll(file.xml(main), 'w:altChunk'))
    found.push(...(await embeddedBlocks(source, file, targets.get(attribute(chunk, 'r:id') ?? '')?.target ?? '')));
  return found;
}

/** In the order of the text. */
function picturesOf(file: Package, main: string): string[] {
  const targets = relations(file, main);
  const ids = findAll(file.xml(main), 'a:blip', 'v:imagedata').map((one) => attribute(one, 'r:embed') ?? attribute(one, 'r:id') ?? '');
  return ids.flatMap((id) => targets.get(id)?.target ?? []);
}

/** Pictures are left out. */
async function htmlOf(bytes: Buffer, file: Package): Promise<string> {
  const styleMap = ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh", ...headingStyles(file)];
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer: bytes },
      { styleMap, convertImage: mammoth.images.imgElement(async () => ({ src: '' })) },
    );
    return value;
  } catch {
    throw corrupt(WHAT);
  }
}

/** Styles that are headings by their outline level or by what they are based on, whatever they are called. */
function headingStyles(file: Package): string[] {
  const styles = new Map(findAll(file.xml('word/styles.xml'), 'w:style').map((style) => [attribute(style, 'w:styleId') ?? '', style]));
  const levelOf = (id: string, depth = 0): number | null => {
    const style = styles.get(id);
    if (!style || depth > styles.size) return null;
    const own = attribute(find(child(style, 'w:pPr'), 'w:outlineLvl'), 'w:val');
    if (own !== null) return Number(own) < 9 ? Number(own) + 1 : null;
    return levelOf(attribute(child(style, 'w:basedOn'), 'w:val') ?? '', depth + 1);
  };
  return [...styles].flatMap(([id, style]) => {
    const name = attribute(child(style, 'w:name'), 'w:val') ?? '';
    const level = attribute(style, 'w:type') === 'paragraph' ? levelOf(id) : null;
    return level === null || /['\\\n]/.test(name) || /^heading \d$/i.test(name)
      ? []
      : [`p[style-name='${name}'] => h${Math.min(level, 6)}:fresh`];
  });
}

/** Headers and footers once each, and comments. */
function* besides(file: Package): Generator<TextBlock> {
  const seen = new Set<string>();
  for (const name of file.names.filter((one) => /^word\/(?:header|footer)\d*\.xml$/.test(one))) {
    const root = file.xml(name);
    if (root) flatten(root, file, relations(file, name));
    const text = paragraphs(root);
    if (text !== '' && !seen.has(text)) yield { text, kind: 'text', heading_path: [] };
    seen.add(text);
  }
  for (const comment of findAll(file.xml('word/comments.xml'), 'w:comment')) {
    const author = clean(attribute(comment, 'w:author') ?? '');
    const text = paragraphs(comment);
    if (text !== '') yield { text: `Comment${author ? ` by ${author}` : ''}: ${text}`, kind: 'text', heading_path: [] };
  }
}

/** One line each; those of a text box within a paragraph follow it. */
function paragraphs(root: XmlNode | null): string {
  const lines = findEvery(root, 'w:p').map((paragraph) => {
    const own = findAll(paragraph, 'w:t', 'w:tab', 'w:br', 'w:p').filter(({ name }) => name !== 'w:p');
    return collapse(own.map((run) => (run.name === 'w:t' ? textOf(run) : ' ')).join(''));
  });
  return clean(lines.filter((line) => line !== '').join('\n'));
}

const oldFormat = () =>
  new DocumentError(
    'UNSUPPORTED_TYPE',
    'This document is of the old DOC format.',
    'Open it in Word or LibreOffice, save it as DOCX, then upload that.',
  );
