/** Time to the first piece and tokens a second of the chat engine, against node-llama-cpp called directly in the same run; the second turn against a cold one; time to stop; memory after unloading. */
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
const share = (one, other) => +(one / other).toFixed(2);
for (let round = 1; round <= 3; round++) {
  const [alone, engine] = [await timed(raw.run), await timed(ask(round))];
  const first = share(alone.first_ms, engine.first_ms);
  console.log(
    JSON.stringify({ round, raw: alone, ours: engine, ratio: { first, tokens: share(engine.tokens_per_s, alone.tokens_per_s) } }),
  );
}
await raw.close();

/** Time to the first piece of each turn, of a conversation that begins with 1,500 tokens. */
async function conversation(about) {
  let facts = '';
  while ((await ours.countTokens(facts)) < 1_500) facts += `The ${about} was opened in 1934 and carries ${facts.length} carts a day. `;
  const turns = [{ role: 'user', content: `${facts}\nWhen was the ${about} opened?` }];
  const firsts = [];
  for (const further of [`And how many carts does the ${about} carry?`, null]) {
    const began = performance.now();
    let [first, answer] = [0, ''];
    for await (const piece of ours.generate(turns, { ...options(new AbortController().signal), max_tokens: 24 })) {
      first ||= performance.now();
      answer += piece;
    }
    firsts.push(Math.round(first - began));
    if (further) turns.push({ role: 'assistant', content: answer }, { role: 'user', content: further });
  }
  const [cold, next] = firsts;
  return { prompt_tokens: await ours.promptTokens(turns), cold_first_ms: cold, second_turn_first_ms: next, ratio: share(next, cold) };
}
for (const about of ['bridge', 'tunnel', 'harbour']) console.log(JSON.stringify({ about, ...(await conversation(about)) }));
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
