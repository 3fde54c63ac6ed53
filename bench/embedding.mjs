/** Passages a second through the embedding engine, against onnxruntime called directly in the same run; MiniLM too where it is installed. */
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { engines, log, MODELS, WORKER } from './engines.mjs';

const README = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8').split(/\s+/);
/** 24 passages of 80 to 210 words. */
const PASSAGES = Array.from({ length: 24 }, (_, at) => {
  const words = 80 + ((at * 53) % 130);
  return Array.from({ length: words }, (_word, step) => README[(at * 37 + step) % README.length]).join(' ');
});

async function direct(id) {
  const folder = join(MODELS, id);
  const tokenizer = new Tokenizer(JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')), {});
  const session = await InferenceSession.create(join(folder, 'model_quantized.onnx'), { intraOpNumThreads: availableParallelism() });
  const run = async (text) => {
    const { ids } = tokenizer.encode(text);
    const tensor = (value) => new Tensor('int64', BigInt64Array.from(ids.slice(0, 512), value), [1, Math.min(512, ids.length)]);
    await session.run({ input_ids: tensor(BigInt), attention_mask: tensor(() => 1n), token_type_ids: tensor(() => 0n) });
  };
  await run('warm');
  return {
    run: async () => {
      for (const text of PASSAGES) await run(text);
    },
    close: () => session.release(),
  };
}

async function rate(work) {
  const began = performance.now();
  await work();
  return PASSAGES.length / ((performance.now() - began) / 1000);
}
const ROUNDS = 6;
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const { openEmbedding, model } = await engines();
for (const id of ['bge-small-en-v1.5', 'all-minilm-l6-v2'].filter((name) => existsSync(join(MODELS, name, 'tokenizer.json')))) {
  const raw = await direct(id);
  const ours = openEmbedding(model(id), { workerPath: WORKER, log });
  await ours.embed(['warm'], 'query');
  const rates = { raw: [], ours: [] };
  const ratios = [];
  // In turns and in both orders, each round compared with itself: what else the machine does falls on both.
  for (let round = 0; round < ROUNDS; round++) {
    const work = { raw: raw.run, ours: () => ours.embed(PASSAGES, 'passage') };
    for (const one of round % 2 === 0 ? ['raw', 'ours'] : ['ours', 'raw']) rates[one].push(await rate(work[one]));
    ratios.push(rates.ours[round] / rates.raw[round]);
  }
  const busy = ours.embed([...PASSAGES, ...PASSAGES], 'passage');
  const began = performance.now();
  await ours.embed(['How long does a query wait while passages are embedded?'], 'query');
  const queryMs = performance.now() - began;
  await busy;
  const [alone, engine] = [median(rates.raw), median(rates.ours)];
  console.log(
    JSON.stringify({
      id,
      raw_per_s: +alone.toFixed(1),
      ours_per_s: +engine.toFixed(1),
      ratio: +median(ratios).toFixed(2),
      query_while_busy_ms: Math.round(queryMs),
    }),
  );
  await ours.close();
  await raw.close();
}
