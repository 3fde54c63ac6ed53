/** The OpenAI protocol at /v1: JSON answers without the envelope, and completions as they grow as server-sent events. */
import { once } from 'node:events';
import { call } from '@orpc/server';
import express, { type Router as ExpressRouter, type Request, type Response } from 'express';
import type { CompletionChunk } from '../../contract/openai';
import { LIMITS } from '../../core/limits';
import type { Log } from '../../core/ports/runtime';
import { sendFailure } from '../envelope';
import { describeError, failed } from '../errors';
import { jsonBody } from '../json-body';
import { callerOf, clientSignal, requestIdOf } from '../request';
import type { Router } from '../router';
import { openaiError } from './errors';

const HEARTBEAT_MS = 15_000;
const ADDRESSES = 'GET /v1/models, POST /v1/chat/completions and POST /v1/embeddings';

/** Stands behind the token guard. */
export function createOpenAIDoor({ openai }: Router, log: Log): ExpressRouter {
  const door = express.Router();
  const asking = (response: Response) => ({ context: callerOf(response, 'openai'), signal: clientSignal(response) });
  door.use('/v1', (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  door.use('/v1', jsonBody(LIMITS.openaiBodyBytes));
  door.get('/v1/models', async (_request, response) => {
    response.json(await call(openai.models, undefined, asking(response)));
  });
  door.get('/v1/models/*id', async (request, response) => {
    response.json(await call(openai.model, { id: joined(request.params.id) }, asking(response)));
  });
  door.post('/v1/chat/completions', async (request, response) => {
    if (request.body?.stream === true) await stream(request, response);
    else response.json(await call(openai.complete, request.body, asking(response)));
  });
  door.post('/v1/embeddings', async (request, response) => {
    response.json(await call(openai.embed, request.body, asking(response)));
  });
  door.use('/v1', unknownAddress);

  /** The first chunk proves that the request could be taken; what fails before it is an ordinary error answer. */
  async function stream(request: Request, response: Response): Promise<void> {
    const asked = asking(response);
    const chunks = await call(openai.stream, request.body, asked);
    const first = await chunks.next();
    const sent = new Stream(response, asked.signal);
    try {
      if (!first.done) await sent.chunk(first.value);
      for await (const chunk of chunks) await sent.chunk(chunk);
      await sent.data('[DONE]');
    } catch (error) {
      if (!asked.signal.aborted) await sent.data(JSON.stringify(openaiError(describeError(error, log, requestIdOf(response)))));
    } finally {
      sent.end();
    }
  }
  return door;
}

/** Clients of the newer protocol should see at once what they can use instead. */
function unknownAddress({ method, baseUrl, path }: Request, response: Response): void {
  const message = `There is no ${method} ${baseUrl}${path}. Of the OpenAI protocol Pressmark has ${ADDRESSES}.`;
  sendFailure(response, failed('NOT_FOUND', message));
}

/** The id of a model has slashes, sent as they are or encoded. */
function joined(parts: string | string[] | undefined): string {
  return (typeof parts === 'string' ? [parts] : (parts ?? []))
    .filter((part, index, all) => part !== '' || index < all.length - 1)
    .join('/');
}

/** Server-sent events of this protocol: data without names. */
class Stream {
  private readonly heartbeat: NodeJS.Timeout;

  constructor(
    private readonly response: Response,
    private readonly signal: AbortSignal,
  ) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
    response.flushHeaders();
    this.heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
  }

  chunk(chunk: CompletionChunk): Promise<void> {
    return this.data(JSON.stringify(chunk));
  }

  /** Waits for a slow reader, so that nothing piles up. */
  async data(text: string): Promise<void> {
    if (this.signal.aborted) return;
    if (!this.response.write(`data: ${text}\n\n`)) await once(this.response, 'drain', { signal: this.signal }).catch(() => undefined);
  }

  end(): void {
    clearInterval(this.heartbeat);
    this.response.end();
  }
}
