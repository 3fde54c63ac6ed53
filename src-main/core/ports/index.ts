/** All ports together: what `createServices` needs from the outside. */
import type { SecretStore, TokenSigner } from './access';
import type { BackupStore } from './backup';
import type { DocumentReader } from './document-reader';
import type { FileStore } from './file-store';
import type { LocalFolders } from './folders';
import type { GraphReader, GraphStore } from './graph';
import type { ChatModel, EmbeddingModel, ModelEngines, RerankerModel } from './llm';
import type { Mirror, MirrorHealth } from './mirror';
import type { ModelStore } from './model-store';
import type { Peers } from './peers';
import type { ProjectArchives } from './project-archive';
import type { Records } from './records';
import type { Runtime } from './runtime';
import type { VectorStore } from './vector-store';

export interface Ports {
  records: Records;
  vectors: VectorStore;
  graph: GraphStore;
  graphReader: GraphReader;
  mirrors: Mirror[];
  mirrorHealth: MirrorHealth;
  reader: DocumentReader;
  files: FileStore;
  backups: BackupStore;
  projectArchives: ProjectArchives;
  folders: LocalFolders;
  chat: ChatModel;
  embedding: EmbeddingModel;
  reranker: RerankerModel;
  engines: ModelEngines;
  models: ModelStore;
  signer: TokenSigner;
  /** Null where this process is the only one on its records. */
  peers: Peers | null;
  secrets: SecretStore;
  runtime: Runtime;
}
