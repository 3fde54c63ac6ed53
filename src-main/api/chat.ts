/** POST /api/chat, and asking again: one JSON answer, or the answer as it grows as server-sent events. */
import { once } from 'node:events';
import { call } from '@orpc/server';
import express, { type Router as ExpressRouter, type Request, type RequestHandler, type Response } from 'express';
import type { ChatEvent } from '../contract/chat';
import type { Log } from '../core/ports/runtime';
import type { Caller } from './context';
import { describeError, type Failed, failed } from './errors';
import { callerOf, clientSignal, requestIdOf } from './request';
import type { Router } from './router';

const HEARTBEAT_MS = 15_000;

/** What a client hears of an answer that was stopped before there was any. */
export const STOPPED = failed('UNAVAILABLE', 'The answer was stopped before it was complete.');

/** A piece of an answer as SSE and WebSocket clients get it. */
export interface AnswerEvent {
  type: 'token' | 'citation' | 'done' | 'error';
  data: Record<string, unknown>;
}

/** The public events of an answer, which always end with `done` or `error`. */
export async function* answerEvents(events: AsyncIterable<ChatEvent>): AsyncGenerator<AnswerEvent> {
  let complete = false;
  for await (const event of events) {
    const shown = publicEvent(event);
    if (shown) yield shown;
    if (shown?.type === 'done') complete = true;
  }
  if (!complete) yield errorEvent(STOPPED);
}

/** How far an answer is (`start`, `status`) is only shown by the own page. */
function publicEvent(event: ChatEvent): AnswerEvent | null {
  if (event.type === 'token') return { type: 'token', data: { text: event.text } };
  if (event.type === 'citation') return { type: 'citation', data: event.citation };
  if (event.type === 'done') return { type: 'done', data: event.answer };
  return null;
}

export const errorEvent = ({ code, message, details }: Failed): AnswerEvent => ({ type: 'error', data: { code, message, details } });

/** Needs the JSON body read. Questions without a stream go on to the REST door. */
export function createChatDoor({ chat, conversations }: Router, log: Log): ExpressRouter {
  const door = express.Router();
  const streaming =
    (open: (input: never, options: { context: Caller; signal: AbortSignal }) => Promise<AsyncGenerator<ChatEvent>>): RequestHandler =>
    async (request, response, next) => {
      if (!wantsStream(request)) return next();
      const signal = clientSignal(response);
      // What the contract checks.
      const input = { ...request.body, ...request.params } as never;
      const events = await open(input, { context: callerOf(response, 'http'), signal });
      // The first event proves that the question could be taken; what fails before it is an ordinary error answer.
      const first = await events.next();
      await stream(response, first.done ? events : startingWith(first.value, events), signal, log);
    };
  door.post(
    '/api/chat',
    streaming((input, options) => call(chat.stream, input, options)),
  );
  door.post(
    '/api/conversations/:id/messages/:message_id/regenerate',
    streaming((input, options) => call(conversations.regenerate_stream, input, options)),
  );
  return door;
}

async function* startingWith<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

function wantsStream({ headers, body }: Request): boolean {
  const asked: unknown = body?.stream;
  return asked === undefined ? /\btext\/event-stream\b/.test(headers.accept ?? '') : asked === true;
}

async function stream(response: Response, events: AsyncIterable<ChatEvent>, signal: AbortSignal, log: Log): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  response.flushHeaders();
  const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
  try {
    for await (const event of answerEvents(events)) await send(response, event, signal);
  } catch (error) {
    if (!signal.aborted) await send(response, errorEvent(describeError(error, log, requestIdOf(response))), signal);
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}

/** Waits for a slow reader, so that nothing piles up. */
async function send(response: Response, { type, data }: AnswerEvent, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  if (!response.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`))
    await once(response, 'drain', { signal }).catch(() => undefined);
}
