/** Reading mail: single messages (EML, MHTML) and mailboxes (MBOX), with what is attached. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import iconv from 'iconv-lite';
import { parse } from 'parse5';
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { DocumentError } from '../../core/errors';
import { clean } from './decode';
import { htmlBlocks } from './html-blocks';
import { Inside } from './inside';
import { pagePart, partsOf, shiftPath, type TextBlock } from './parts';
import type { Part, Reading, SourceFile } from './reader';
import { paragraphsOf } from './text';
import { markedForm, unmarkedForm } from './unicode-forms';

/** One message, attachments included; further ones are told to be too large. */
const MESSAGE_BYTES = 64 * 1024 * 1024;

/**
 * Opens a message.
 * @throws DocumentError CORRUPT
 */
export async function readMail(file: SourceFile): Promise<Reading> {
  const email = await parseMail(await readFile(file.path));
  const inside = new Inside(file);
  return {
    total: null,
    paged: false,
    metadata: () => ({ ...mailMetadata(email), ...inside.report() }),
    parts: messageParts(email, inside),
  };
}

async function* messageParts(email: Email, inside: Inside): AsyncGenerator<Part> {
  for (const part of partsOf(mailBlocks(email))) yield inside.own(part);
  yield* attachmentsOf(email, inside);
}

/** Opens a mailbox: each message is a page, which its subject names. */
export async function readMailbox(file: SourceFile): Promise<Reading> {
  const inside = new Inside(file);
  let messages = 0;
  async function* parts(): AsyncGenerator<Part> {
    for await (const raw of messagesOf(file.path)) {
      messages += 1;
      const name = `Message ${messages}`;
      try {
        const email = await parseMail(raw);
        const label = email.subject?.trim() || name;
        yield inside.own(pagePart(mailBlocks(email), inside.count + 1, label));
        for await (const part of attachmentsOf(email, inside))
          yield { ...part, label: `${label}, ${part.label}`, blocks: shiftPath(part.blocks, [label]) };
      } catch (error) {
        inside.note(name, error);
      }
    }
  }
  return { total: null, paged: true, metadata: () => ({ messages, ...inside.report() }), parts: parts() };
}

async function parseMail(raw: Buffer): Promise<Email> {
  try {
    return await PostalMime.parse(inBytes(raw));
  } catch {
    throw new DocumentError('CORRUPT', 'This mail is damaged and cannot be opened.', 'Export it again from the mail program.');
  }
}

/** Mail is ASCII by its nature; saved by text editors, it may have become UTF-16. */
function inBytes(raw: Buffer): Buffer {
  const form = markedForm(raw) ?? unmarkedForm(raw);
  return form?.startsWith('utf-') ? Buffer.from(iconv.decode(raw, form)) : raw;
}

/** Subject, people and text of a message. */
export function mailBlocks(email: Email): TextBlock[] {
  const subject = line(email.subject ?? '');
  const heading_path = subject === '' ? [] : [subject];
  const head: TextBlock[] = subject === '' ? [] : [{ text: subject, kind: 'heading', heading_path }];
  const lines = Object.entries(headerOf(email)).map(([name, value]) => `${name}: ${value}`);
  if (lines.length > 0) head.push({ text: lines.join('\n'), kind: 'text', heading_path });
  const body = bodyOf(email).map((block) => ({ ...block, heading_path: [...heading_path, ...block.heading_path] }));
  return [...head, ...body];
}

/** The plain text where the sender wrote one, else what a mail program would show. */
function bodyOf({ text, html }: Email): TextBlock[] {
  if (text && text.trim() !== '') return [...paragraphsOf(clean(text))];
  return html ? htmlBlocks(parse(clean(html))) : [];
}

const headerOf = (email: Email) =>
  Object.fromEntries(
    Object.entries({ From: people([email.from]), To: people(email.to), Cc: people(email.cc), Date: line(email.date ?? '') }).filter(
      ([, value]) => value !== '',
    ),
  );

function people(addresses: (Address | undefined)[] = []): string {
  const names = addresses.flatMap((one) => (one ? [one.group ? `${one.name}: ${people(one.group)}` : person(one.name, one.address)] : []));
  return line(names.join(', '));
}

const person = (name: string, address: string) => (name && address ? `${name} <${address}>` : name || address);
const line = (text: string) => clean(text).replace(/\s+/g, ' ').trim();

export function mailMetadata(email: Email): Record<string, unknown> {
  const found = {
    title: line(email.subject ?? ''),
    author: people([email.from]),
    created: line(email.date ?? ''),
    message_id: line(email.messageId ?? ''),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== ''));
}

async function* attachmentsOf(email: Email, inside: Inside): AsyncGenerator<Part> {
  for (const [at, attachment] of email.attachments.entries()) {
    // Pictures within the text are its decoration.
    if (attachment.related && attachment.mimeType.startsWith('image/')) continue;
    yield* inside.read(attachmentName(attachment, at), Readable.from([bytesOf(attachment)]));
  }
}

const bytesOf = ({ content }: Attachment) => (typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer));

function attachmentName({ filename, mimeType, description }: Attachment, at: number): string {
  const extension = mimeType === 'message/rfc822' ? '.eml' : '';
  return line(filename ?? '') || line(description ?? '') || `attachment ${at + 1}${extension}`;
}

const FROM_LINE = Buffer.from('From ');
const NEW_LINE = 0x0a;

/** The messages of a mailbox, one in memory at a time; quoted "From " lines are as they were written (mboxrd, RFC 4155). */
async function* messagesOf(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let message: Buffer[] = [];
  let size = 0;
  let blank = true;
  const take = () => {
    const whole = Buffer.concat(message);
    message = [];
    size = 0;
    return whole;
  };
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    rest = Buffer.concat([rest, piece as Buffer]);
    let start = 0;
    for (let end = rest.indexOf(NEW_LINE); end !== -1; end = rest.indexOf(NEW_LINE, start)) {
      const row = rest.subarray(start, end + 1);
      start = end + 1;
      if (blank && row.subarray(0, FROM_LINE.length).equals(FROM_LINE)) {
        if (size > 0) yield take();
      } else if (size < MESSAGE_BYTES) {
        message.push(unquoted(row));
        size += row.length;
      }
      blank = row.length <= 2 && row.toString('latin1').trim() === '';
    }
    rest = Buffer.from(rest.subarray(start));
  }
  if (rest.length > 0) message.push(rest);
  const last = take();
  if (last.length > 0) yield last;
}

const unquoted = (row: Buffer) =>
  /^>+From /.test(row.subarray(0, 80).toString('latin1')) ? Buffer.from(row.subarray(1)) : Buffer.from(row);
