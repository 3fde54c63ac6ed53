/** Files as values of an operation, for the doors that carry them inside a message (window and page). */
import { openAsBlob } from 'node:fs';
import { access } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { UploadItem } from '../contract/documents';
import { safeFilename } from '../core/documents/filename';
import { AppError } from '../core/errors';
import type { Services } from '../core/services';

type Documents = Services['documents'];

/** Receives files one after the other; a file that cannot be taken is a verdict, not an error. */
export async function receiveFiles(
  documents: Documents,
  { project_id, file }: { project_id: string; file: File | File[] },
): Promise<{ items: UploadItem[] }> {
  const items: UploadItem[] = [];
  for (const one of [file].flat()) {
    items.push(await documents.receive({ project_id, filename: safeFilename(one.name), source: streamOf(one) }));
  }
  return { items };
}

export const streamOf = (file: File): Readable => Readable.fromWeb(file.stream() as ReadableStream);

/** The original as a `File` whose bytes are read from the disk only when they are asked for. */
export async function fileOf(documents: Documents, id: string): Promise<File> {
  const { path, filename, mime_type } = await documents.original(id);
  await requireFile(path, id);
  return new File([await openAsBlob(path)], filename, { type: mime_type });
}

/** The same for a backup. */
export async function backupFile(backups: Services['backups'], name: string): Promise<File> {
  const { path } = await backups.get(name);
  return new File([await openAsBlob(path)], name, { type: 'application/zip' });
}

/** A window saves what it gets within this time. */
const EXPORT_KEPT_MS = 60 * 60_000;

/** The archive of a project, made as a whole before it is given; what a killed process leaves of it goes at the next start. */
export async function exportedFile(transfer: Services['transfer'], project_id: string): Promise<File> {
  const { project, path, discard } = await transfer.exportToFile(project_id);
  setTimeout(() => void discard(), EXPORT_KEPT_MS).unref();
  return new File([await openAsBlob(path)], exportName(project.name), { type: 'application/zip' });
}

export const GRAPH_TYPES = { graphml: 'application/graphml+xml', json: 'application/json' } as const;

/** For doors that cannot stream. */
export async function graphFile(graph: Services['graph'], wanted: { id: string; format: keyof typeof GRAPH_TYPES }): Promise<File> {
  const pieces: string[] = [];
  for await (const piece of await graph.export(wanted)) pieces.push(piece);
  return new File(pieces, `graph.${wanted.format}`, { type: GRAPH_TYPES[wanted.format] });
}

export const exportName = (project: string): string => safeFilename(`${project.replace(/[\\/:*?"<>|]/g, '_')}.pressmark.zip`);

/** NOT_FOUND when someone deleted an original by hand. */
export async function requireFile(path: string, id: string): Promise<void> {
  await access(path).catch(() => {
    throw new AppError('NOT_FOUND', 'The original file of this document is missing from the library folder.', { document: id });
  });
}
