/** Time to the first piece and tokens a second of the chat engine, against node-llama-cpp called directly in the same run; time to stop; memory after unloading. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { getLlama, LlamaChat } from 'node-llama-cpp';
import { engines, log, MODELS } from './engines.mjs';

const FILE = join(MODELS, 'smollm2-135m-instruct', 'SmolLM2-135M-Instruct.Q4_1.gguf');
const QUESTION = `${'The bridge over the river was opened in 1934 and carries two lanes. '.repeat(30)}\nTell the story of this bridge at length.`;
const TOKENS = 96;
const mib = (bytes) => Math.round(bytes / 1024 / 1024);

async function timed(start) {
  const began = performance.now();
  let first = 0;
  await start(() => {
    first ||= performance.now();
  });
  return { first_ms: Math.round(first - began), tokens_per_s: +((TOKENS - 1) / ((performance.now() - first) / 1000)).toFixed(1) };
}

async function direct() {
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: availableParallelism() });
  const model = await llama.loadModel({ modelPath: FILE });
  const context = await model.createContext({ contextSize: 4096, threads: availableParallelism() });
  const contextSequence = context.getSequence();
  const run = async (onTextChunk) => {
    await contextSequence.clearHistory();
    const chat = new LlamaChat({ contextSequence, autoDisposeSequence: false });
    await chat.generateResponse(
      [
        { type: 'user', text: QUESTION },
        { type: 'model', response: [] },
      ],
      { onTextChunk, maxTokens: TOKENS, temperature: 0 },
    );
    chat.dispose({ disposeSequence: false });
  };
  return { run, close: () => llama.dispose() };
}

const { openChat, model } = await engines();
const before = process.memoryUsage.rss();
const ours = openChat(model('smollm2-135m-instruct'), { log });
const loadBegan = performance.now();
await ours.contextTokens();
const loadMs = Math.round(performance.now() - loadBegan);
const options = (signal) => ({ max_tokens: TOKENS, temperature: 0, signal });
// The first words differ each round, so that nothing of the prompt is known from before.
const ask = (round) => async (onText) => {
  for await (const _piece of ours.generate([{ role: 'user', content: `${round} ${QUESTION}` }], options(new AbortController().signal)))
    onText();
};
const raw = await direct();
for (let round = 1; round <= 3; round++) {
  console.log(JSON.stringify({ round, raw: await timed(raw.run), ours: await timed(ask(round)) }));
}
await raw.close();
const stop = new AbortController();
let stopMs = 0;
for await (const _piece of ours.generate([{ role: 'user', content: QUESTION }], { ...options(stop.signal), max_tokens: 2_000 })) {
  stopMs ||= performance.now();
  stop.abort();
}
stopMs = performance.now() - stopMs;
const loaded = process.memoryUsage.rss();
const gpu = ours.gpu();
await ours.close();
console.log(
  JSON.stringify({
    load_ms: loadMs,
    stop_ms: +stopMs.toFixed(1),
    rss_before_mib: mib(before),
    loaded_mib: mib(loaded),
    unloaded_mib: mib(process.memoryUsage.rss()),
    gpu,
  }),
);
