/** All ports together: what `createServices` needs from the outside. */
import type { TokenSigner } from './access';
import type { DocumentReader } from './document-reader';
import type { FileStore } from './file-store';
import type { ChatModel, EmbeddingModel } from './llm';
import type { Records } from './records';
import type { Runtime } from './runtime';
import type { VectorStore } from './vector-store';

export interface Ports {
  records: Records;
  vectors: VectorStore;
  reader: DocumentReader;
  files: FileStore;
  chat: ChatModel;
  embedding: EmbeddingModel;
  signer: TokenSigner;
  runtime: Runtime;
}
