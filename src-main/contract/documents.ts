/** Documents: what was uploaded, how far its indexing is, its pages and its chunks. */
import { z } from 'zod';
import { op } from './op';
import { byId, CURSORS, id, instant, listQuery, nameFilter, pageOf, pageQueryBy, removed, timestamp } from './shared';

/** queued → parsing → searchable → embedding → ready; `failed` says why in `error`. */
export const documentState = z.enum(['queued', 'parsing', 'searchable', 'embedding', 'ready', 'failed', 'cancelled']);
export type DocumentState = z.output<typeof documentState>;

/** Why a document, upload or job failed: for programs (`code`), for people (`message`), and what to do about it (`action`). */
export const failure = z.object({
  code: z.string().describe('For example NO_TEXT, PASSWORD_NEEDED, CORRUPT, UNSUPPORTED_TYPE, TOO_LARGE, TIMED_OUT.'),
  message: z.string(),
  action: z.string().nullable().describe('What the person can do about it.'),
});
export type Failure = z.output<typeof failure>;

export const document = z.object({
  id,
  project_id: id,
  filename: z.string(),
  mime_type: z.string(),
  size_bytes: z.number().int(),
  sha256: z.string(),
  state: documentState,
  pages: z.number().int().nullable().describe('Null where the format has no pages.'),
  chunks: z.number().int(),
  embedded_chunks: z.number().int(),
  error: failure.nullable(),
  content: z.string().nullable().describe('The extracted text; null in lists and until it is parsed.'),
  metadata: z.record(z.string(), z.unknown()).describe('Title, author, language… as far as the format tells.'),
  created_at: timestamp,
  updated_at: timestamp,
});
export type Document = z.output<typeof document>;

/** One word of a page: its code-point range in the document's `content`, and its box in page units, origin at the top left. */
export const word = z.object({
  char_start: z.number().int(),
  char_end: z.number().int(),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
});
export type Word = z.output<typeof word>;

export const documentPage = z.object({
  document_id: id,
  page: z.number().int().describe('Counts from 1.'),
  label: z
    .string()
    .nullable()
    .describe('What people call the page where that is more than its number: "iv", the name of a sheet, a file within an archive.'),
  text: z.string(),
  char_start: z.number().int().describe('Code-point offset of `text` in `content`.'),
  char_end: z.number().int(),
  width: z.number().nullable().describe('In points (1/72 inch); null where the format has no layout.'),
  height: z.number().nullable(),
  words: z.array(word),
});
export type DocumentPage = z.output<typeof documentPage>;

export const chunk = z.object({
  id,
  document_id: id,
  ordinal: z.number().int(),
  text: z.string(),
  heading_path: z.array(z.string()),
  page_from: z.number().int().nullable(),
  page_to: z.number().int().nullable(),
  char_start: z.number().int(),
  char_end: z.number().int(),
});
export type Chunk = z.output<typeof chunk>;

export const uploadItem = z.object({
  filename: z.string(),
  document: document.nullable(),
  job_id: id.nullable(),
  duplicate_of: id.nullable().describe('The document of this project with the same bytes; it is returned instead of a new one.'),
  error: failure.nullable(),
});
export type UploadItem = z.output<typeof uploadItem>;
export const uploadResult = z.object({ items: z.array(uploadItem) });
export type UploadResult = z.output<typeof uploadResult>;

const tag = 'Documents';
export const documents = {
  upload: op({
    method: 'POST',
    path: '/api/documents/upload',
    summary: 'Upload documents',
    description:
      'multipart/form-data: `project_id` first, then one or more `file`. Each file gets its own verdict; bytes are durable before the answer.',
    tag,
    scope: 'write',
    cost: 'medium',
    status: 201,
  })
    .input(z.object({ project_id: id, file: z.union([z.file(), z.array(z.file())]) }))
    .output(uploadResult),
  import: op({
    method: 'POST',
    path: '/api/documents/import',
    summary: 'Take in files by their local path',
    tag,
    scope: 'write',
    status: 201,
    door: 'window',
  })
    .input(z.object({ project_id: id, paths: z.array(z.string().min(1)).min(1).max(1000) }))
    .output(uploadResult),
  list: op({
    method: 'GET',
    path: '/api/documents',
    summary: 'List the documents of a project, newest first unless sorted otherwise',
    tag,
    scope: 'read',
  })
    .input(
      listQuery(['created_at', 'updated_at', 'filename', 'size_bytes', 'state'], '-created_at').extend({
        project_id: id,
        state: documentState.optional(),
        q: nameFilter,
        mime_type: z.string().min(1).max(200).optional(),
        created_after: instant.optional(),
        created_before: instant.optional(),
      }),
    )
    .output(pageOf(document)),
  get: op({ method: 'GET', path: '/api/documents/{id}', summary: 'Get a document with its text', tag, scope: 'read' })
    .input(byId)
    .output(document),
  remove: op({
    method: 'DELETE',
    path: '/api/documents/{id}',
    summary: 'Delete a document and everything derived from it',
    tag,
    scope: 'write',
  })
    .input(byId)
    .output(removed),
  file: op({
    method: 'GET',
    path: '/api/documents/{id}/file',
    summary: 'Download the original file (Range supported)',
    tag,
    scope: 'read',
  })
    .input(byId)
    .output(z.file()),
  page: op({
    method: 'GET',
    path: '/api/documents/{id}/pages/{page}',
    summary: 'Get the text of a page with word boxes',
    tag,
    scope: 'read',
  })
    .input(byId.extend({ page: z.number().int().min(1) }))
    .output(documentPage),
  chunks: op({ method: 'GET', path: '/api/documents/{id}/chunks', summary: 'List the chunks of a document in order', tag, scope: 'read' })
    .input(byId.extend(pageQueryBy(CURSORS.number).shape))
    .output(pageOf(chunk)),
  reindex: op({
    method: 'POST',
    path: '/api/documents/{id}/reindex',
    summary: 'Parse and index a document again',
    tag,
    scope: 'write',
    cost: 'heavy',
    status: 202,
  })
    .input(byId)
    .output(z.object({ document, job_id: id })),
  unlock: op({
    method: 'POST',
    path: '/api/documents/{id}/unlock',
    summary: 'Read a protected document with its password',
    description:
      'For documents that failed with PASSWORD_NEEDED or PASSWORD_WRONG. The password is kept in memory until the file was read and is never stored; a wrong one fails the document with PASSWORD_WRONG.',
    tag,
    scope: 'write',
    cost: 'heavy',
    status: 202,
  })
    .input(
      byId.extend({
        password: z
          .string()
          .min(1)
          .max(1_000)
          .meta({ examples: ['correct horse battery staple'] }),
      }),
    )
    .output(z.object({ document, job_id: id })),
};
