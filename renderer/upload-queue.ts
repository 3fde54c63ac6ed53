/** Sends any number of files a few at a time, counts what is done, and remembers what was not taken in. */
import type { UploadItem } from '../src-main/contract/documents';
import type { Backend } from './client';

/** Requests under way at once. */
const AT_ONCE = 3;
/** One request carries so many files, or fewer that are large. */
const FILES_A_REQUEST = 20;
const BYTES_A_REQUEST = 16 * 1024 * 1024;

export interface Refused {
  filename: string;
  reason: string;
}

export interface Uploading {
  running: boolean;
  files: number;
  /** Files whose verdict is known. */
  done: number;
  /** 0 to 1, of the bytes. */
  part: number;
  added: number;
  known: string[];
  refused: Refused[];
}

interface Request {
  projectId: string;
  files: File[];
  bytes: number;
  sent: number;
}

const IDLE: Uploading = { running: false, files: 0, done: 0, part: 0, added: 0, known: [], refused: [] };
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : 'The file could not be sent.');

function cut(projectId: string, files: File[]): Request[] {
  const requests: Request[] = [];
  let last: Request | undefined;
  for (const file of files) {
    if (!last || last.files.length >= FILES_A_REQUEST || last.bytes + file.size > BYTES_A_REQUEST) {
      last = { projectId, files: [], bytes: 0, sent: 0 };
      requests.push(last);
    }
    last.files.push(file);
    last.bytes += file.size;
  }
  return requests;
}

/** Files added while others are on their way join them; the counts begin anew once all are done. */
export class UploadQueue {
  private state: Uploading = IDLE;
  private all: Request[] = [];
  private waiting: Request[] = [];
  private active = 0;
  private stopping = new AbortController();
  private readonly listeners = new Set<() => void>();

  /** @param onEnd told once nothing is on its way any more */
  constructor(
    private readonly send: Backend['upload'],
    private readonly onEnd: (result: Uploading) => void,
  ) {}

  snapshot = (): Uploading => this.state;
  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  add(projectId: string, files: File[]): void {
    if (!this.state.running) this.begin();
    const requests = cut(projectId, files);
    this.all.push(...requests);
    this.waiting.push(...requests);
    this.change({ files: this.state.files + files.length });
    this.pump();
  }

  /** What was sent stays; what waits or is on its way is not added. */
  stop(): void {
    this.waiting = [];
    this.stopping.abort();
  }

  /** Forgets what was not taken in. */
  dismiss(): void {
    if (!this.state.running) this.change(IDLE);
  }

  private begin(): void {
    this.all = [];
    this.stopping = new AbortController();
    this.change({ ...IDLE, running: true });
  }

  private pump(): void {
    while (this.active < AT_ONCE) {
      const request = this.waiting.shift();
      if (!request) break;
      this.active++;
      void this.run(request, this.stopping.signal).finally(() => {
        this.active--;
        this.pump();
      });
    }
    if (this.active > 0 || !this.state.running) return;
    this.change({ running: false });
    this.onEnd(this.state);
  }

  private async run(request: Request, signal: AbortSignal): Promise<void> {
    const progress = (part: number) => {
      request.sent = part * request.bytes;
      this.change({});
    };
    try {
      this.settle(request, (await this.send(request.projectId, request.files, progress, signal)).items);
    } catch (error) {
      if (signal.aborted) return;
      if (request.files.length > 1) return this.oneByOne(request);
      const refused = request.files.map(({ name }) => ({ filename: name, reason: reasonOf(error) }));
      this.change({ done: this.state.done + refused.length, refused: [...this.state.refused, ...refused] });
    }
  }

  /** One file that cannot be read any more spoils the whole request: the others of it are sent again, each for itself. */
  private oneByOne(request: Request): void {
    const { projectId, files } = request;
    Object.assign(request, { bytes: 0, sent: 0 });
    const single = files.map((file) => ({ projectId, files: [file], bytes: file.size, sent: 0 }));
    this.all.push(...single);
    this.waiting.unshift(...single);
  }

  private settle(request: Request, items: UploadItem[]): void {
    request.sent = request.bytes;
    const refused = items.flatMap(({ filename, error }) =>
      error ? [{ filename, reason: [error.message, error.action].filter(Boolean).join(' ') }] : [],
    );
    const known = items.filter(({ duplicate_of }) => duplicate_of !== null).map(({ filename }) => filename);
    this.change({
      done: this.state.done + request.files.length,
      added: this.state.added + items.length - refused.length - known.length,
      known: [...this.state.known, ...known],
      refused: [...this.state.refused, ...refused],
    });
  }

  private change(change: Partial<Uploading>): void {
    const bytes = this.all.reduce((sum, request) => sum + request.bytes, 0);
    const sent = this.all.reduce((sum, request) => sum + request.sent, 0);
    this.state = { ...this.state, part: bytes ? sent / bytes : 0, ...change };
    for (const listener of this.listeners) listener();
  }
}
