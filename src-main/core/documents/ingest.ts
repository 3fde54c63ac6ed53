/** From a file to chunks to vectors: the two stages of an ingest job. Each can be killed at any point and run again. */
import type { Document } from '../../contract/documents';
import type { Job } from '../../contract/jobs';
import { DocumentError, notFound } from '../errors';
import type { JobContext, Stage } from '../jobs/runner';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { ReadBatch } from '../ports/document-reader';
import type { Events } from '../system/events';
import { embeddingText } from './embedding-text';
import type { Passwords } from './passwords';

export class Ingest {
  constructor(
    private readonly ports: Ports,
    private readonly events: Events,
    private readonly passwords: Passwords,
  ) {}

  /** Its two entries in the table of stages. */
  stages(): { parse: Stage; embed: Stage } {
    const ends: Pick<Stage, 'givesUp' | 'settle' | 'again'> = {
      givesUp: true,
      settle: (job, outcome) => this.settle(job, outcome),
      again: (job) => this.again(job),
    };
    return {
      // Two, so that a letter does not wait for a scanned book; otherwise the second one waits for a seat.
      parse: { ...ends, pauses: false, lanes: 2, next: 'embed', run: (job, context) => this.parse(job, context) },
      embed: { ...ends, pauses: true, lanes: 1, next: null, run: (job, context) => this.embed(job, context) },
    };
  }

  /** File → pages and chunks, searchable by words at the end. Starts over when it was interrupted. */
  private async parse(job: Job, { signal, progress }: JobContext): Promise<void> {
    const { records, reader, files, vectors } = this.ports;
    const { id, sha256, filename, mime_type } = await this.documentOf(job);
    await this.set(id, { state: 'parsing', error: null });
    progress({ done: 0, total: null, unit: 'pages' });
    await vectors.keep(id, id);
    await records.index.begin(id);
    let chunks = 0;
    const store = async (batch: ReadBatch) => {
      await this.store(id, batch);
      chunks += batch.chunks.length;
      progress({ done: batch.done, total: batch.total, unit: 'pages' });
    };
    const path = await files.ready(sha256);
    const result = await reader.read(
      { path, filename, mime_type, password: this.passwords.of(id), scratch: files.scratch(id) },
      store,
      signal,
    );
    signal.throwIfAborted();
    if (chunks === 0) throw noText();
    const searchable = await records.index.finish(id, result);
    await files.clearScratch(id);
    this.passwords.forget(id);
    this.events.emit({ type: 'document', document: { ...searchable, content: null } });
  }

  /**
   * Chunks without a vector of the present model → vectors. Goes on where it stopped. Makes room after a slice when others wait, so that
   * a letter does not wait for a book.
   */
  private async embed(job: Job, { signal, progress, advanced, waiting, makeRoom }: JobContext): Promise<void> {
    const { vectors, embedding } = this.ports;
    const { id, chunks: total } = await this.documentOf(job);
    if (embedding.available()) {
      await this.set(id, { state: 'embedding' });
      for (let made = 0; ; ) {
        signal.throwIfAborted();
        const model = embedding.model();
        progress({ done: await vectors.embedded(id, model), total, unit: 'chunks' });
        if (made >= LIMITS.embedSlice && (await waiting())) return makeRoom();
        const batch = await vectors.pending(id, model, LIMITS.embedBatch);
        if (batch.length === 0) break;
        const known = await vectors.known(model, batch);
        const fresh = batch.filter(({ chunk_id }) => !known.some((one) => one.chunk_id === chunk_id));
        const added = fresh.length > 0 ? await this.vectorsOf(fresh, signal) : [];
        // Another model was chosen meanwhile: its vectors are what is wanted now.
        if (embedding.model() !== model) continue;
        await vectors.add({ document_id: id, model, vectors: [...known, ...added] });
        if (made === 0) await advanced();
        made += fresh.length;
      }
    }
    await vectors.release(id);
    await this.set(id, { state: 'ready', error: null });
  }

  /** Leaves the document in the state that the end of its job means; text that is searchable stays so. */
  private async settle(job: Job, outcome: 'done' | 'failed' | 'cancelled'): Promise<void> {
    if (outcome === 'done' || !job.document_id) return;
    await this.ports.vectors.release(job.document_id);
    await this.ports.files.clearScratch(job.document_id);
    this.passwords.forget(job.document_id);
    if (!(await this.ports.records.documents.get(job.document_id))) return;
    await this.set(job.document_id, { state: job.stage === 'embed' ? 'searchable' : outcome, error: job.error });
  }

  private async again(job: Job): Promise<Job> {
    const { id: document_id } = await this.documentOf(job);
    const { stage } = job;
    await this.set(document_id, { state: stage === 'parse' ? 'queued' : 'searchable', error: null });
    return this.ports.records.jobs.enqueue({ id: this.ports.runtime.id(), document_id, stage });
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
    'No text was found in this file: it is empty, or holds only pictures without letters.',
    'Open it to see whether it is the right file.',
  );
