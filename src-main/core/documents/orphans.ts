/** Originals that no document has: after a damage of the library they are all that is left of some. */
import { stat } from 'node:fs/promises';
import type { Ports } from '../ports';

export const RECOVERED = 'Recovered documents';
/** By which people and programs know the kind; other kinds are told by their content anyway. */
const ENDINGS: Record<string, string> = {
  'application/pdf': '.pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': '.docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': '.xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': '.pptx',
  'application/epub+zip': '.epub',
  'application/zip': '.zip',
  'message/rfc822': '.eml',
  'text/html': '.html',
  'image/png': '.png',
  'image/jpeg': '.jpg',
};
const SHOWN_HASH = 12;

/** @returns how many were taken in; what cannot be told apart from rubbish stays where it is */
export async function takeInOrphans({ records, files, reader, runtime }: Ports): Promise<number> {
  let project_id: string | null = null;
  let taken = 0;
  const dropped = new Set(await records.documents.dropped());
  for await (const sha256 of files.list()) {
    if (dropped.has(sha256) || (await records.documents.isUsed(sha256))) continue;
    const path = await files.ready(sha256);
    const mime_type = await reader.detect(path, 'recovered').catch(() => null);
    if (mime_type === null) continue;
    project_id ??= (await records.projects.create({ id: runtime.id(), name: RECOVERED, settings: {} })).id;
    const filename = `recovered-${sha256.slice(0, SHOWN_HASH)}${ENDINGS[mime_type] ?? (mime_type.startsWith('text/') ? '.txt' : '')}`;
    const { size: size_bytes } = await stat(path);
    await records.documents.accept({
      document_id: runtime.id(),
      job_id: runtime.id(),
      project_id,
      filename,
      mime_type,
      size_bytes,
      sha256,
    });
    taken += 1;
  }
  return taken;
}
