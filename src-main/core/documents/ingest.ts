/** From a file to chunks to vectors: the two stages of an ingest job. Each can be killed at any point and run again. */
import type { Document } from '../../contract/documents';
import type { Job } from '../../contract/jobs';
import { DocumentError, notFound } from '../errors';
import type { JobContext, StageHandlers } from '../jobs/runner';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { ReadBatch } from '../ports/document-reader';
import type { Events } from '../system/events';

/** What is embedded: the text under its headings, since a passage often only makes sense below its title. */
export function embeddingText(chunk: { text: string; heading_path: string[] }): string {
  return chunk.heading_path.length > 0 ? `${chunk.heading_path.join(' > ')}\n${chunk.text}` : chunk.text;
}

export class Ingest implements StageHandlers {
  constructor(
    private readonly ports: Ports,
    private readonly events: Events,
  ) {}

  /** File → pages and chunks, searchable by words at the end. Starts over when it was interrupted. */
  async parse(job: Job, { signal, progress }: JobContext): Promise<void> {
    const { records, reader, files } = this.ports;
    const { id, sha256, filename, mime_type } = await this.documentOf(job);
    await this.set(id, { state: 'parsing', error: null });
    await records.index.begin(id);
    let chunks = 0;
    const store = async (batch: ReadBatch) => {
      await this.store(id, batch);
      chunks += batch.chunks.length;
      progress({ done: batch.done, total: batch.total, unit: 'pages' });
    };
    const result = await reader.read({ path: files.path(sha256), filename, mime_type }, store, signal);
    signal.throwIfAborted();
    if (chunks === 0) throw noText();
    const searchable = await records.index.finish(id, result);
    this.events.emit({ type: 'document', document: { ...searchable, content: null } });
  }

  /** Chunks without a vector of the present model → vectors. Goes on where it stopped. */
  async embed(job: Job, { signal, progress }: JobContext): Promise<void> {
    const { vectors, embedding } = this.ports;
    const { id, chunks: total } = await this.documentOf(job);
    if (embedding.available()) {
      await this.set(id, { state: 'embedding' });
      const model = embedding.model();
      for (let done = 0; ; ) {
        signal.throwIfAborted();
        const batch = await vectors.pending(id, model, LIMITS.embedBatch);
        if (batch.length === 0) break;
        await vectors.add({ document_id: id, model, vectors: await this.vectorsOf(batch, signal) });
        done += batch.length;
        progress({ done: Math.min(done, total), total, unit: 'chunks' });
      }
    }
    await this.set(id, { state: 'ready', error: null });
  }

  /** Leaves the document in the state that the end of its job means; text that is searchable stays so. */
  async settle(job: Job, outcome: 'failed' | 'cancelled'): Promise<void> {
    if (!job.document_id || !(await this.ports.records.documents.get(job.document_id))) return;
    await this.set(job.document_id, { state: job.stage === 'embed' ? 'searchable' : outcome, error: job.error });
  }

  private async vectorsOf(batch: { chunk_id: string; text: string; heading_path: string[] }[], signal: AbortSignal) {
    const made = await this.ports.embedding.embed(batch.map(embeddingText), 'passage', signal);
    return batch.map(({ chunk_id }, index) => {
      const vector = made[index];
      if (!vector) throw new Error('the embedding engine returned fewer vectors than texts');
      return { chunk_id, vector };
    });
  }

  private async store(document_id: string, { pages, chunks }: ReadBatch): Promise<void> {
    const { index } = this.ports.records;
    await index.add(document_id, { pages, chunks: chunks.slice(0, LIMITS.chunksPerCommit) });
    for (let from = LIMITS.chunksPerCommit; from < chunks.length; from += LIMITS.chunksPerCommit) {
      await index.add(document_id, { pages: [], chunks: chunks.slice(from, from + LIMITS.chunksPerCommit) });
    }
  }

  private async set(id: string, change: Parameters<Ports['records']['documents']['update']>[1]): Promise<void> {
    const document = await this.ports.records.documents.update(id, change);
    this.events.emit({ type: 'document', document });
  }

  private async documentOf(job: Job): Promise<Document> {
    const document = job.document_id ? await this.ports.records.documents.get(job.document_id) : null;
    if (!document) throw notFound('document', job.document_id ?? '');
    return document;
  }
}

const noText = () =>
  new DocumentError(
    'NO_TEXT',
    'No text was found in this file; it probably holds scanned pictures.',
    'Run text recognition (OCR) on it, then upload the result.',
  );
