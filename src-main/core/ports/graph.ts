/** The knowledge graph: a store for it, and the reader that finds entities and relations in text. */
import type { Entity, EntityType, Relation, RelationType } from '../../contract/graph';
import type { Merge, MergeReason } from '../../contract/graph-merges';
import type { Page } from '../../contract/shared';
import type { ListQuery } from './records';

/** A piece of text in a document: code-point offsets of its `content`, within one chunk. */
export interface Place {
  chunk_id: string;
  char_start: number;
  char_end: number;
}

/** A chunk that the graph has not read. */
export interface UnreadChunk {
  chunk_id: string;
  text: string;
  char_start: number;
}

type Span = Omit<Place, 'chunk_id'>;

/** What a chunk says. Relations name entities by their index in `entities`. */
export interface ChunkGraph {
  chunk_id: string;
  /** One for each `key` and `type`; `writings` are its names in this chunk. */
  entities: { key: string; name: string; type: EntityType; mentions: Span[]; writings?: string[] }[];
  /** With a `label` where the chat model found it. */
  relations: ({ source: number; target: number; type: RelationType; label?: string | null } & Span)[];
}

/** A chunk that the chat model has not read, with what is known to be named in it. */
export interface DeepChunk extends UnreadChunk {
  document_id: string;
  known: ({ key: string; name: string; type: EntityType } & Span)[];
}

/** `reader` is the model with the version of its instructions; `document_id` narrows it to one document. */
export interface DeepScope {
  project_id: string;
  document_id?: string | undefined;
  reader: string;
}

/** What the chat model found in a text, as it said it; `hash` is the SHA-256 of the text. */
export interface DeepFinding {
  hash: string;
  reader: string;
  found: string;
}

/** Finds entities and relations without a model, off the main thread. */
export interface GraphReader {
  /** Grows when it finds other things in the same text. */
  rules: number;
  /**
   * One result for each chunk, in their order; null when it has not learned the names of this document, or has forgotten them: who is
   * who is only known when all of it was seen. Few chunks that are a whole document teach by themselves.
   */
  read(document_id: string, chunks: UnreadChunk[], whole: boolean): Promise<ChunkGraph[] | null>;
  /** Learns the names of a document, from its first chunk on; with the `last` chunks it can be read. */
  learn(document_id: string, chunks: UnreadChunk[], at: { first: boolean; last: boolean }): Promise<void>;
  /** The community of each node; edges are `sources[i]`–`targets[i]`, counted from 0. */
  communities(edges: Edges): Promise<Int32Array>;
  /** Pairs of entities that may be one, most likely first. */
  pairs(names: NameToCompare[]): Promise<SuggestedPair[]>;
  /** The words that are frequent in the texts of a class and rare in the others. */
  themeWords(classes: string[][]): Promise<string[][]>;
  close(): Promise<void>;
}

export interface NameToCompare {
  id: string;
  name: string;
  type: EntityType;
  mentions: number;
}

/** `from` is the id of the entity that would go. */
export interface SuggestedPair {
  from: string;
  into: string;
  reason: MergeReason;
  score: number;
}

export interface Edges {
  nodes: number;
  sources: Int32Array;
  targets: Int32Array;
  weights: Float64Array;
}

/** A relation before its evidence became pressmarks. */
export type StoredRelation = Omit<Relation, 'evidence'>;
export type ReachedEntity = Entity & { depth: number };

/** A part of the graph; relations are between its entities, strongest first. */
export interface GraphPart {
  entities: ReachedEntity[];
  relations: StoredRelation[];
  truncated: boolean;
}

export interface GraphCounts {
  entities: number;
  relations: number;
  chunks: number;
  chunks_done: number;
}

/** What tells whether two stores hold the same of a project. */
export interface GraphSums {
  entities: number;
  /** Of all entities together. */
  mentions: number;
  relations: number;
  /** Of all relations together. */
  weight: number;
}

/** Everything names its project, and nothing of another one is ever returned; only mirrors read by ids alone. */
export interface GraphStore {
  engine: string;
  /** Chunks of a searchable document that were not read by these rules, in order; `after` is how many were. */
  pending(document_id: string, rules: number, limit: number): Promise<{ after: number; chunks: UnreadChunk[] }>;
  /** Searchable documents with such chunks. Without `among` every document is looked at. */
  incomplete(rules: number, limit: number, among?: string[]): Promise<string[]>;
  /** Adds what the chunks behind the first `after` ones say; false, and nothing is added, when the document has changed meanwhile. */
  add(input: { document_id: string; rules: number; after: number; read: ChunkGraph[] }): Promise<boolean>;
  counts(project_id: string, rules: number): Promise<GraphCounts>;
  entities(query: ListQuery & { project_id: string; type?: EntityType | undefined }): Promise<Page<Entity>>;
  entity(project_id: string, id: string): Promise<Entity | null>;
  /** Where it is named, page by page; the cursor is a number. */
  mentions(entity_id: string, query: { limit: number; cursor?: string | undefined }): Promise<Page<Place>>;
  documents(entity_id: string): Promise<number>;
  relations(
    query: ListQuery & { project_id: string; entity_id?: string | undefined; type?: RelationType | undefined },
  ): Promise<Page<StoredRelation>>;
  /** Up to `each` places of every relation, by its id. */
  evidence(relation_ids: string[], each: number): Promise<Map<string, Place[]>>;
  /** What is reached from these entities, nearest and strongest first. */
  around(query: { project_id: string; from: string[]; depth: number; limit: number }): Promise<GraphPart>;
  /** The shortest chain from one entity to the other; null when there is none. */
  path(query: { project_id: string; from: string; to: string; max_depth: number }): Promise<{
    entities: Entity[];
    relations: StoredRelation[];
  } | null>;
  /** Entities with one of these keys, else with a word of `words` in their names; most mentioned first. */
  named(query: { project_id: string; keys: string[]; words: string[]; limit: number }): Promise<Entity[]>;
  /** Chunks that name entities, best first: rare entities weigh more, and each by its own `weight`. */
  chunks(query: {
    project_id: string;
    entities: { id: string; weight: number }[];
    limit: number;
    document_ids?: string[] | undefined;
  }): Promise<{ chunk_id: string; score: number }[]>;
  /** The strongest relations as numbers, strongest first, with the entities that the numbers stand for. */
  edges(project_id: string, limit: number): Promise<Edges & { ids: string[]; types: RelationType[] }>;
  /**
   * Makes `from` a writing of `into`: mentions and evidence move, a relation between the two goes. Kept by key and type: `add` and
   * `addDeep` take what has the key of `from` for `into` from then on.
   * @throws AppError NOT_FOUND when one of them is not there
   */
  merge(input: { project_id: string; from: string; into: string }): Promise<Merge>;
  /** Newest first. */
  merges(project_id: string, query: { limit: number; cursor?: string | undefined }): Promise<Page<Merge>>;
  /**
   * Both entities and their relations are as they were, with their ids; later merges into the same entity stay. Documents that were
   * read since are incomplete then, to be read again. False when there is no such merge.
   */
  unmerge(project_id: string, merge_id: string): Promise<boolean>;
  /** Pairs that were dismissed, as they were given. */
  dismissals(project_id: string): Promise<string[]>;
  dismiss(project_id: string, pair: string): Promise<void>;
  /** Chunks of searchable documents that this reader has not read, in their order. */
  deepPending(scope: DeepScope, limit: number): Promise<DeepChunk[]>;
  deepCounts(scope: DeepScope): Promise<{ chunks: number; chunks_done: number; characters_left: number }>;
  /** What any reader found in texts with these hashes. */
  deepFindings(hashes: string[]): Promise<DeepFinding[]>;
  /** Adds what the chat model found in a chunk and keeps the finding; false, and nothing is kept, when the chunk has gone. */
  addDeep(input: { document_id: string; graph: ChunkGraph; finding: DeepFinding }): Promise<boolean>;
  sums(project_id: string): Promise<GraphSums>;
  /** Those of these that there are now, of whatever project. */
  present(ids: { entities: string[]; relations: string[] }): Promise<{ entities: Entity[]; relations: StoredRelation[] }>;
}
