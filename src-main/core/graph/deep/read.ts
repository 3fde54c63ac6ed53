/** One chunk, read by the chat model when no chat needs it. */
import type { Turns } from '../../chat/turns';
import type { Ports } from '../../ports';
import type { DeepChunk, DeepFinding } from '../../ports/graph';
import { sentencesOf } from './check';
import { hashOf } from './findings';
import { answerSchema, MOST_TOKENS, turnsFor } from './instructions';
import { noteSpeed } from './speed';

/** Null when the signal stopped it. */
export type ReadChunk = (chunk: DeepChunk, reader: string, signal: AbortSignal) => Promise<DeepFinding | null>;

export function createChunkReading(ports: Ports, turns: Turns): ReadChunk {
  return async (chunk, reader, signal) => {
    const hash = hashOf(chunk.text);
    const known = (await ports.graph.deepFindings([hash])).find((finding) => finding.reader === reader);
    if (known) return known;
    for (;;) {
      const spare = await turns.spare(signal).catch(() => null);
      if (spare === null) return null;
      try {
        const found = await generate(ports, chunk.text, reader, spare.signal);
        if (signal.aborted) return null;
        // A chat came: this chunk is read again when that has ended.
        if (!spare.signal.aborted) return { hash, reader, found };
      } finally {
        spare.done();
      }
    }
  };
}

async function generate(ports: Ports, text: string, reader: string, signal: AbortSignal): Promise<string> {
  const { chat, runtime } = ports;
  const sentences = sentencesOf(text);
  const prompt = turnsFor(sentences);
  const began = runtime.now().getTime();
  let [first, answer] = [0, ''];
  const options = { max_tokens: MOST_TOKENS, temperature: 0, seed: 1, schema: answerSchema(sentences.length), signal };
  for await (const piece of chat.generate(prompt, options)) {
    first ||= runtime.now().getTime();
    answer += piece;
  }
  if (signal.aborted || first === 0) return answer;
  const seconds = (from: number, to: number) => Math.max(1, to - from) / 1000;
  const [prompted, written] = [await chat.promptTokens(prompt), await chat.countTokens(answer)];
  const measured = {
    read: Math.max(1, prompted) / seconds(began, first),
    write: Math.max(1, written) / seconds(first, runtime.now().getTime()),
    written,
  };
  await noteSpeed(ports, reader, measured);
  return answer;
}
