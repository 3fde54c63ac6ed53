/** Routes of the library: projects, documents, jobs, search. */
import type { Services } from '../../core/services';
import { exportedFile, fileOf, receiveFiles, streamOf } from '../file-transfer';
import { expected, live, type Operations } from '../operations';

export const projectRoutes = (os: Operations['projects'], { projects, transfer }: Services) => ({
  list: os.list.handler(({ input }) => projects.list(input)),
  create: os.create.handler(({ input }) => projects.create(input)),
  export: os.export.handler(({ input }) => exportedFile(transfer, input.id)),
  import: os.import.handler(({ input, signal }) => transfer.import(streamOf(input.file), live(signal))),
  get: os.get.handler(({ input }) => projects.get(input.id)),
  update: os.update.handler(({ input, context }) => projects.update(input, expected(input.version, context))),
  remove: os.remove.handler(({ input }) => projects.remove(input.id)),
});

export const documentRoutes = (os: Operations['documents'], { documents }: Services) => ({
  upload: os.upload.handler(({ input }) => receiveFiles(documents, input)),
  import: os.import.handler(({ input }) => documents.importPaths(input)),
  list: os.list.handler(({ input }) => documents.list(input)),
  get: os.get.handler(({ input }) => documents.get(input.id)),
  remove: os.remove.handler(({ input }) => documents.remove(input.id)),
  file: os.file.handler(({ input }) => fileOf(documents, input.id)),
  page: os.page.handler(({ input }) => documents.page(input.id, input.page)),
  chunks: os.chunks.handler(({ input }) => documents.chunks(input.id, input)),
  reindex: os.reindex.handler(({ input }) => documents.reindex(input.id)),
  unlock: os.unlock.handler(({ input }) => documents.unlock(input)),
});

export const jobRoutes = (os: Operations['jobs'], { jobs }: Services) => ({
  list: os.list.handler(({ input }) => jobs.list(input)),
  get: os.get.handler(({ input }) => jobs.get(input.id)),
  cancel: os.cancel.handler(({ input }) => jobs.cancel(input.id)),
  retry: os.retry.handler(({ input }) => jobs.retry(input.id)),
  pause: os.pause.handler(({ input }) => jobs.pause(input.id)),
  resume: os.resume.handler(({ input }) => jobs.resume(input.id)),
});

export const searchRoutes = (os: Operations['search'], { search }: Services) => ({
  query: os.query.handler(({ input }) => search.query(input)),
});
