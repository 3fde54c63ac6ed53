/** Carries messages between the client on stdio and the link; when the far end goes away, the client keeps its connection. */
import { once } from 'node:events';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { isJSONRPCErrorResponse, isJSONRPCRequest, isJSONRPCResultResponse, type JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Link } from './link';

const INTERNAL_ERROR = -32603;
const HANDSHAKE_MS = 15_000;

type Id = string | number;

export class Bridge {
  /** Requests without an answer, and those of them that the far end has taken. */
  private readonly waiting = new Set<Id>();
  private readonly taken = new Set<Id>();
  private readonly quiet = new EventTarget();
  private link: Promise<Link>;
  /** One message after the other, since their order means something. */
  private queue: Promise<void> = Promise.resolve();
  /** The client's own introduction, for a far end that takes over. */
  private hello: JSONRPCMessage | null = null;
  private initialized = false;
  private handshake: { id: Id; done(): void } | null = null;

  /** @param open finds or starts the far end; called again after it was lost */
  constructor(
    private readonly client: Transport,
    private readonly open: () => Promise<Link>,
  ) {
    this.link = this.connect();
    this.link.catch(() => undefined); // `ready` tells of it
    client.onmessage = (message) => this.fromClient(message);
  }

  /** The far end is there. @throws when it can neither be reached nor started */
  async ready(): Promise<void> {
    await this.link;
  }

  /** Every request has its answer, or the time is over. */
  async settled(limitMs: number): Promise<void> {
    if (this.waiting.size > 0) await once(this.quiet, 'quiet', { signal: AbortSignal.timeout(limitMs) }).catch(() => undefined);
  }

  async close(): Promise<void> {
    await (await this.link.catch(() => null))?.close();
  }

  private async connect(): Promise<Link> {
    const link = await this.open();
    const { transport } = link;
    transport.onmessage = (message) => this.fromLink(transport, message);
    transport.onerror = () => void this.check(link);
    await transport.start();
    return link;
  }

  private fromClient(message: JSONRPCMessage): void {
    if (isJSONRPCRequest(message)) this.waiting.add(message.id);
    if (isJSONRPCRequest(message) && message.method === 'initialize') this.hello = message;
    this.queue = this.queue.then(() => this.forward(message));
  }

  private fromLink(transport: Transport, message: JSONRPCMessage): void {
    if (isJSONRPCResultResponse(message) && typeof message.result.protocolVersion === 'string') {
      transport.setProtocolVersion?.(message.result.protocolVersion);
    }
    const answer = isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message);
    if (answer && this.handshake && message.id === this.handshake.id) this.handshake.done();
    else this.toClient(message);
  }

  private toClient(message: JSONRPCMessage): void {
    void this.client.send(message);
    if (!(isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) || message.id === undefined) return;
    this.waiting.delete(message.id);
    this.taken.delete(message.id);
    if (this.waiting.size === 0) this.quiet.dispatchEvent(new Event('quiet'));
  }

  private refuse(id: Id, message: string): void {
    this.toClient({ jsonrpc: '2.0', id, error: { code: INTERNAL_ERROR, message } });
  }

  /** What the far end was working on when it went away is lost; the next message finds or starts another one. */
  private async check(link: Link): Promise<void> {
    if (await link.isAlive()) return;
    for (const id of this.taken) this.refuse(id, 'Pressmark was closed before it had answered; ask again.');
  }

  private async forward(message: JSONRPCMessage): Promise<void> {
    try {
      await this.send(message);
      if (isJSONRPCRequest(message) && this.waiting.has(message.id)) this.taken.add(message.id);
      if ('method' in message && message.method === 'notifications/initialized') this.initialized = true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (isJSONRPCRequest(message) && this.waiting.has(message.id)) this.refuse(message.id, `Pressmark did not take it: ${reason}`);
    }
  }

  private async send(message: JSONRPCMessage): Promise<void> {
    const link = await this.link;
    try {
      await link.transport.send(message);
    } catch (error) {
      if (!isUnknownThere(error) && (await link.isAlive())) throw error;
      await link.close().catch(() => undefined);
      this.link = this.connect();
      const next = await this.link;
      if (message !== this.hello) await this.introduce(next);
      await next.transport.send(message);
    }
  }

  /** Repeats the client's introduction to a far end that does not know it. */
  private async introduce({ transport }: Link): Promise<void> {
    if (!this.hello) return;
    const id = `again-${Date.now()}`;
    const answered = new Promise<void>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error('Pressmark did not answer in time.')), HANDSHAKE_MS);
      this.handshake = { id, done: () => resolve(clearTimeout(limit)) };
    });
    await transport.send({ ...this.hello, id } as JSONRPCMessage);
    await answered.finally(() => {
      this.handshake = null;
    });
    if (this.initialized) await transport.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }
}

/** The session has ended, or the token was renewed: `server.json` has what is right now. */
const isUnknownThere = (error: unknown): boolean => error instanceof Error && 'code' in error && (error.code === 404 || error.code === 401);
