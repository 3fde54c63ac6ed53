/** One authenticated WebSocket: several questions at once by id, and the stream of changes. */
import { call } from '@orpc/server';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { type ChatQuestion, chatQuestion } from '../contract/chat';
import type { Log } from '../core/ports/runtime';
import { answerEvents, errorEvent, STOPPED } from './chat';
import type { Caller } from './context';
import { describeError, failed, invalid } from './errors';
import type { Router } from './router';
import { turnAway } from './ws-close';

export interface WebSocketLimits {
  /** Bytes waiting for a client before it is dropped. */
  socketBufferBytes: number;
}

interface SessionOptions {
  router: Router;
  log: Log;
  limits: WebSocketLimits;
  caller: Caller;
}

const MOST_CHATS = 32;
/** RFC 6455's "try again later"; the client resumes with its last event id. */
const CLOSE_TOO_SLOW = 1013;

const frameId = z.union([z.string().min(1).max(200), z.number()]);
type FrameId = z.output<typeof frameId> | null;
const frameSchema = z.discriminatedUnion('type', [
  chatQuestion.extend({ type: z.literal('chat'), id: frameId }),
  z.object({ type: z.literal('stop'), id: frameId }),
  z.object({ type: z.literal('subscribe'), id: frameId.nullish(), after: z.number().int().nullish() }),
]);
type Frame = z.output<typeof frameSchema>;

/** Serves the socket until it closes, which aborts everything that it asked for. */
export function startSession(client: WebSocket, { router, log, limits, caller }: SessionOptions): void {
  const { request_id } = caller;
  const chats = new Map<FrameId, AbortController>();
  let subscription: AbortController | null = null;

  client.once('close', () => {
    subscription?.abort();
    for (const chat of chats.values()) chat.abort();
  });

  function send(frame: Record<string, unknown>): void {
    if (client.readyState !== client.OPEN) return;
    if (client.bufferedAmount > limits.socketBufferBytes)
      turnAway(client, CLOSE_TOO_SLOW, 'Too slow; reconnect and subscribe after your last event_id.');
    else client.send(JSON.stringify(frame));
  }
  const sendError = (id: FrameId, problem: ReturnType<typeof failed>) => send({ id, type: 'error', ...errorEvent(problem).data });

  async function chat(id: FrameId, question: ChatQuestion): Promise<void> {
    if (chats.has(id)) return sendError(id, failed('CONFLICT', 'A question with this id is still being answered.'));
    if (chats.size >= MOST_CHATS) return sendError(id, failed('TOO_MANY_REQUESTS', `At most ${MOST_CHATS} questions at once.`));
    const controller = new AbortController();
    chats.set(id, controller);
    try {
      const events = await call(router.chat.stream, question, { context: caller, signal: controller.signal });
      for await (const { type, data } of answerEvents(events)) send({ id, type, ...data });
    } catch (error) {
      sendError(id, controller.signal.aborted ? STOPPED : describeError(error, log, request_id));
    } finally {
      chats.delete(id);
    }
  }

  async function subscribe(id: FrameId, after: number | null | undefined): Promise<void> {
    subscription?.abort();
    const controller = new AbortController();
    subscription = controller;
    try {
      const input = typeof after === 'number' ? { after } : {};
      const events = await call(router.system.events, input, { context: caller, signal: controller.signal });
      for await (const event of events) {
        if (controller.signal.aborted) return;
        send({ id, ...event });
      }
    } catch (error) {
      if (!controller.signal.aborted) sendError(id, describeError(error, log, request_id));
    }
  }

  function serve(frame: Frame): void {
    if (frame.type === 'chat') void chat(frame.id, frame);
    else if (frame.type === 'subscribe') void subscribe(frame.id ?? null, frame.after);
    else if (chats.has(frame.id)) chats.get(frame.id)?.abort();
    else sendError(frame.id, failed('NOT_FOUND', 'No question with this id is being answered.'));
  }

  client.on('message', (data, isBinary) => {
    if (client.readyState !== client.OPEN) return;
    const read = isBinary ? null : readFrame(String(data));
    if (read === null) return sendError(null, failed('BAD_REQUEST', 'A frame must be JSON text: {"id":"…","type":"…"}.'));
    const checked = frameSchema.safeParse(read.value);
    if (checked.success) serve(checked.data);
    else sendError(read.id, invalid(checked.error.issues));
  });
}

function readFrame(text: string): { value: unknown; id: FrameId } | null {
  try {
    const value: unknown = JSON.parse(text);
    const id = frameId.safeParse(typeof value === 'object' && value !== null && 'id' in value ? value.id : null);
    return { value, id: id.success ? id.data : null };
  } catch {
    return null;
  }
}
