/** Every default limit, each with its unit in its name. */
const MiB = 1024 * 1024;

export const LIMITS = {
  /** One uploaded file. */
  fileBytes: 100 * MiB,
  /** Files in one upload request. */
  filesPerUpload: 1_000,
  /** Length of a file name, in UTF-8 bytes. */
  filenameBytes: 255,
  /** What an archive-based format (DOCX…) may expand to. */
  expandedBytes: 2048 * MiB,
  /** Files read of one archive. */
  archiveFiles: 20_000,
  /** Slides and sheets, too. */
  pagesPerDocument: 10_000,
  /** Extracted text, in UTF-16 units. */
  contentLength: 120_000_000,
  /** A parse worker that sends nothing for this long is stopped. */
  parseSilenceMs: 60_000,
  parseHeapMiB: 1024,
  /** Text recognition of one page, however many tries it takes. */
  ocrPageMs: 120_000,
  /** The recognition engine is ended after this long without a page. */
  ocrIdleMs: 10_000,
  /** Larger pictures are made smaller before their text is recognised: A4 at 500 dots per inch. */
  ocrPixels: 24_000_000,
  /** Larger pictures are refused before they are decoded. */
  imagePixels: 150_000_000,
  /** Members of the archive of a project. */
  archiveDocuments: 200_000,
  jsonBodyBytes: 1 * MiB,
  /** Below /v1: clients send a thousand texts at once to be embedded. */
  openaiBodyBytes: 16 * MiB,
  /** From the connection to the end of a request's headers. */
  headersMs: 15_000,
  /** From the headers to the end of a body that is no upload. */
  bodyMs: 30_000,
  /** Objects and lists within each other in a JSON body. */
  jsonDepth: 100,
  /** From the request's head to the first byte of an upload. */
  uploadFirstByteMs: 10_000,
  /** Between two pieces of an upload. */
  uploadIdleMs: 30_000,
  /** Texts given to the embedding engine at once. */
  embedBatch: 16,
  /** Chunks of one document embedded before it makes room for others that wait. */
  embedSlice: 128,
  /** Chunks written in one transaction, so that the event loop is never held for long. */
  chunksPerCommit: 64,
  jobAttempts: 3,
  /** A job that found the disk full, or not to be written, waits this long. */
  storageRetryMs: 15_000,
  /** An answer is cut here and kept as it is. */
  answerMs: 180_000,
  answerTokens: 400,
  /** A completion without a limit of its own ends here. */
  completionTokens: 1_024,
  /** Projects looked through for a name, and listed as models. */
  projectsNamed: 10_000,
  /** Candidates that each retriever hands to the fusion. */
  candidates: 50,
  /** Answers written at once; the next ones wait. */
  generations: 2,
  generationQueue: 64,
  /** Requests a minute and token, see contract/op.ts for the classes. */
  heavyPerMinute: 120,
  mediumPerMinute: 600,
  /** Checked tokens kept in memory. */
  tokensRemembered: 1_000,
  /** Answers to requests with an Idempotency-Key. */
  idempotencyHours: 24,
  idempotencyKeys: 10_000,
  idempotencyBodyBytes: 1 * MiB,
  eventBuffer: 2_000,
  /** A model download that brings no byte for this long is broken off and taken up again. */
  modelSilenceMs: 30_000,
  /** A server that is busy and asks for a longer wait is given up. */
  modelBusyMs: 60_000,
  /** How often the free space is looked at while a model comes. */
  modelSpaceEveryBytes: 64 * MiB,
  /** What a model must leave free on its disk. */
  diskReserveBytes: 256 * MiB,
  /** The caller of a load waits no longer; the load goes on. */
  modelLoadMs: 120_000,
  /** Models fetched at the same time. */
  modelFetches: 2,
  /** Fetches under way and waiting; further ones are refused. */
  modelFetchQueue: 50,
  /** Bytes waiting for a slow WebSocket client before it is dropped. */
  socketBufferBytes: 4 * MiB,
  /** WebSockets at once. */
  sockets: 1_000,
  /** MCP clients at once; the longest idle one makes room. */
  mcpSessions: 64,
  mcpSessionIdleMs: 30 * 60_000,
  /** Requests of one MCP client at once. */
  mcpRequestsPerSession: 32,
  /** One call of an MCP tool, waiting for its turn included. */
  mcpToolMs: 300_000,
  /** A task file of the agent bus. */
  busTaskBytes: 1 * MiB,
  /** Larger results get a file of their own. */
  busResultBytes: 1 * MiB,
  /** A task that cannot be read is taken for half-written until it has not changed for this long. */
  busSettleMs: 3_000,
  busTasksAtOnce: 4,
  busTaskMs: 300_000,
  /** Followed folders in all projects. */
  folders: 50,
  /** Of one followed folder; further ones are not looked at. */
  folderFiles: 50_000,
  /** Levels of folders within a followed one. */
  folderDepth: 64,
  /** A file that changed within this time is still being written, as far as anybody can tell. */
  folderSettleMs: 1_000,
  /** Followed folders are looked through this often, since not every disk tells of changes. */
  folderRescanMs: 10 * 60_000,
  /** Is a missing folder back? */
  folderMissingMs: 5_000,
  /** Ordered backups that have not begun. */
  backupsWaiting: 8,
  /** One batch of chunks for the graph, or its communities. */
  graphReadMs: 60_000,
  /** Chunks that the graph reads and commits at once: a few milliseconds of the main thread. */
  graphBatch: 16,
  /** Chunks that it learns names from at once. */
  graphLearnBatch: 64,
  /** Of the strongest relations; communities are found among these. */
  graphEdges: 50_000,
  /** Compacting waits for running jobs so long. */
  compactWaitMs: 10_000,
  shutdownMs: 5_000,
  /** A chat or embedding model unused for this long is unloaded. */
  modelIdleMs: 10 * 60_000,
} as const;
