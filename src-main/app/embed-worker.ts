/** The embedding worker thread: loads the model it is started with and answers one request after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { createEmbedder, type Embedder } from '../adapters/llm/onnx/embedder';
import type { WorkerReply, WorkerRequest } from '../adapters/llm/onnx/protocol';
import type { Embedded } from '../core/ports/llm';
import { stepBack } from './step-back';

stepBack();
const port = parentPort;
if (!port) throw new Error('embed-worker runs as a worker thread only');
const reply = (message: WorkerReply) => port.postMessage(message);
const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function answer(embedder: Embedder, texts: string[]): Promise<WorkerReply> {
  const vectors: Embedded[] = [];
  for (const text of texts) vectors.push(await embedder.embed(text));
  return { type: 'vectors', vectors };
}

createEmbedder(workerData).then(
  (embedder) => {
    port.on('message', async (request: WorkerRequest) => {
      if (request.type === 'close') {
        await embedder.close();
        port.close();
        return;
      }
      reply(await answer(embedder, request.texts).catch((error) => ({ type: 'error', message: wordsOf(error) })));
    });
    reply({ type: 'ready' });
  },
  (error) => reply({ type: 'failed', message: wordsOf(error) }),
);
