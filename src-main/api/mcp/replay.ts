/** What was sent to one client lately, so that a broken connection can be taken up again where it was (Last-Event-ID). */
import type { EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

const MOST_EVENTS = 500;
const MOST_CHARACTERS = 1024 * 1024;

interface Kept {
  id: string;
  stream: string;
  message: JSONRPCMessage;
  characters: number;
}

export class Replay implements EventStore {
  private readonly kept: Kept[] = [];
  private characters = 0;
  private last = 0;

  async storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    this.last += 1;
    const { length: characters } = JSON.stringify(message);
    this.kept.push({ id: String(this.last), stream, message, characters });
    this.characters += characters;
    while (this.kept.length > MOST_EVENTS || this.characters > MOST_CHARACTERS) this.characters -= this.kept.shift()?.characters ?? 0;
    return String(this.last);
  }

  async getStreamIdForEventId(id: string): Promise<string | undefined> {
    return this.kept.find((each) => each.id === id)?.stream;
  }

  async replayEventsAfter(id: string, { send }: { send: (id: string, message: JSONRPCMessage) => Promise<void> }): Promise<string> {
    const at = this.kept.findIndex((each) => each.id === id);
    const stream = this.kept[at]?.stream ?? '';
    const missed = this.kept.slice(at + 1).filter((each) => each.stream === stream);
    // An event without a message only gave the client an id to come back with.
    for (const { id: next, message } of missed) if ('jsonrpc' in message) await send(next, message);
    return stream;
  }
}
