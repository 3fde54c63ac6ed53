/** Reading messages that Outlook saved (MSG), with what is attached. */
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { decompressRTF } from '@kenjiuno/decompressrtf';
import MsgReader, { type FieldsData } from '@kenjiuno/msgreader';
import iconv from 'iconv-lite';
import type { Address, Email } from 'postal-mime';
import { decodeText } from '../decode';
import { Inside } from '../inside';
import { mailBlocks, mailMetadata } from '../mail';
import { corrupt } from '../package';
import { partsOf, type TextBlock } from '../parts';
import type { Part, Reading, SourceFile } from '../reader';
import { rtfBlocks } from '../rtf';

const WHAT = 'This message';

/**
 * Opens a message.
 * @throws DocumentError CORRUPT
 */
export async function readMsg(file: SourceFile): Promise<Reading> {
  const bytes = await readFile(file.path);
  const { reader, fields } = open(bytes);
  const email = emailOf(fields);
  const inside = new Inside(file);
  return {
    total: null,
    paged: false,
    metadata: () => ({ ...mailMetadata(email), ...inside.report() }),
    parts: partsOfMessage([...mailBlocks(email), ...richText(email, fields)], reader, fields, inside),
  };
}

/** Texts that are no Unicode are in the code page that the message names, so that it is read again with that. */
function open(bytes: Buffer): { reader: MsgReader; fields: FieldsData } {
  const read = (ansiEncoding?: string) => {
    const reader = new MsgReader(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (ansiEncoding) reader.parserConfig = { ansiEncoding };
    const fields = reader.getFileData();
    if (fields.error) throw corrupt(WHAT);
    return { reader, fields };
  };
  try {
    const first = read();
    const page = first.fields.messageCodepage ?? first.fields.internetCodepage ?? 1252;
    const encoding = page === 65001 ? 'utf8' : `cp${page}`;
    return page !== 1252 && iconv.encodingExists(encoding) ? read(encoding) : first;
  } catch {
    throw corrupt(WHAT);
  }
}

function emailOf(fields: FieldsData): Email {
  const html = fields.bodyHtml ?? (fields.html ? decodeText(Buffer.from(fields.html)).text : undefined);
  const people = (kind: FieldsData['recipType']): Address[] =>
    (fields.recipients ?? [])
      .filter(({ recipType }) => (recipType ?? 'to') === kind)
      .map(({ name, smtpAddress, email }) => address(name, smtpAddress ?? email));
  const sent = Date.parse(fields.messageDeliveryTime ?? fields.clientSubmitTime ?? fields.creationTime ?? '');
  return {
    headers: [],
    headerLines: [],
    attachments: [],
    subject: fields.subject ?? '',
    from: fields.senderName || fields.senderEmail ? address(fields.senderName, fields.senderSmtpAddress ?? fields.senderEmail) : undefined,
    to: people('to'),
    cc: people('cc'),
    text: fields.body ?? '',
    ...(html ? { html } : {}),
    ...(Number.isNaN(sent) ? {} : { date: new Date(sent).toISOString() }),
  } as Email;
}

/** Addresses within an organisation ("/O=…") say nothing to people. */
const address = (name = '', email = ''): Address => ({ name, address: email.includes('@') && email !== name ? email : '' });

/** Where the body is kept in no other form. */
function richText({ text, html }: Email, { compressedRtf }: FieldsData): TextBlock[] {
  if (text?.trim() || html || !compressedRtf) return [];
  try {
    return rtfBlocks(Buffer.from(decompressRTF([...compressedRtf])));
  } catch {
    return [];
  }
}

async function* partsOfMessage(blocks: TextBlock[], reader: MsgReader, fields: FieldsData, inside: Inside): AsyncGenerator<Part> {
  for (const part of partsOf(blocks)) yield inside.own(part);
  for (const [at, attachment] of (fields.attachments ?? []).entries()) {
    // Pictures within the text are its decoration.
    if (attachment.attachmentHidden || attachment.pidContentId) continue;
    const name = attachment.fileName ?? attachment.name ?? `attachment ${at + 1}`;
    const named = attachment.innerMsgContent && !/\.msg$/i.test(name) ? `${name}.msg` : name;
    yield* inside.read(named, async () => Readable.from([Buffer.from(reader.getAttachment(attachment).content)]));
  }
}
