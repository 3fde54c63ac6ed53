/** Reading Word documents (DOCX): mammoth makes HTML of them, whose blocks are taken like a web page's; what mammoth passes over is added. */
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import mammoth from 'mammoth';
import { parseFragment } from 'parse5';
import { ZipFile } from 'yazl';
import { DocumentError } from '../../core/errors';
import { clean } from './decode';
import { decrypted, isCompound } from './encrypted';
import { htmlBlocks } from './html-blocks';
import { coreProperties } from './open-xml';
import { corrupt, openPackage, type Package } from './package';
import { partsOf, type TextBlock } from './parts';
import type { Reading, SourceFile } from './reader';
import { attribute, child, collapse, find, findAll, textOf } from './xml';

const WHAT = 'This Word document';

/**
 * Opens a Word document.
 * @throws DocumentError CORRUPT, PASSWORD_NEEDED, PASSWORD_WRONG, TOO_LARGE, UNSUPPORTED_TYPE
 */
export async function readDocx({ path, password }: SourceFile): Promise<Reading> {
  const bytes = await decrypted(await readFile(path), password, WHAT);
  if (isCompound(bytes)) throw oldFormat();
  const file = await openPackage(bytes, WHAT);
  const root = parseFragment(clean(await htmlOf(await withFormulas(file, bytes), file)));
  return { total: null, paged: false, parts: partsOf([...htmlBlocks(root), ...besides(file)]), metadata: () => coreProperties(file) };
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

const DOCUMENT = 'word/document.xml';
const FORMULA = /<m:oMath(?:\s[^>]*)?>([\s\S]*?)<\/m:oMath>/g;
const FORMULA_TEXT = /<m:t(?:\s[^>]*)?>([^<]*)<\/m:t>/g;

/** The letters of formulas as plain runs, since mammoth passes formulas over. */
async function withFormulas(file: Package, bytes: Buffer): Promise<Buffer> {
  const xml = file.text(DOCUMENT);
  if (!xml?.includes('<m:oMath')) return bytes;
  const plain = xml.replace(FORMULA, (_, inner: string) => {
    const letters = [...inner.matchAll(FORMULA_TEXT)].map(([, text]) => text).join('');
    return `<w:r><w:t xml:space="preserve">${letters}</w:t></w:r>`;
  });
  const archive = new ZipFile();
  for (const name of file.names) {
    const content = name === DOCUMENT ? Buffer.from(plain) : file.bytes(name);
    if (content && !name.endsWith('/')) archive.addBuffer(content, name, { compress: false });
  }
  archive.end();
  return buffer(archive.outputStream);
}

/** Headers and footers once each, and comments. */
function* besides(file: Package): Generator<TextBlock> {
  const seen = new Set<string>();
  for (const name of file.names.filter((one) => /^word\/(?:header|footer)\d*\.xml$/.test(one))) {
    const text = paragraphs(file.xml(name));
    if (text !== '' && !seen.has(text)) yield { text, kind: 'text', heading_path: [] };
    seen.add(text);
  }
  for (const comment of findAll(file.xml('word/comments.xml'), 'w:comment')) {
    const author = clean(attribute(comment, 'w:author') ?? '');
    const text = paragraphs(comment);
    if (text !== '') yield { text: `Comment${author ? ` by ${author}` : ''}: ${text}`, kind: 'text', heading_path: [] };
  }
}

function paragraphs(root: Parameters<typeof findAll>[0]): string {
  const lines = findAll(root, 'w:p').map((paragraph) =>
    collapse(
      findAll(paragraph, 'w:t', 'w:tab', 'w:br')
        .map((run) => (run.name === 'w:t' ? textOf(run) : ' '))
        .join(''),
    ),
  );
  return clean(lines.filter((line) => line !== '').join('\n'));
}

const oldFormat = () =>
  new DocumentError(
    'UNSUPPORTED_TYPE',
    'This document is of the old DOC format.',
    'Open it in Word or LibreOffice, save it as DOCX, then upload that.',
  );
