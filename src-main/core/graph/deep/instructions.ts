/** What the chat model is told, and the form of its answer. */
import { z } from 'zod';
import type { ChatTurn, NarrowSchema } from '../../ports/llm';

/** Grows with every change here: what was found by other instructions is not taken for these. */
const VERSION = 1;
export const readerOf = (model: string): string => `${model}@${VERSION}`;

/** Of one passage; further ones are rarely in it. */
const MOST = 8;
export const MOST_TOKENS = 600;

const TYPES = ['works_for', 'leads', 'founded', 'located_in', 'born_in', 'married_to', 'acquired', 'related_to'] as const;
const KINDS = ['person', 'organisation', 'place', 'term'] as const;

const said = z.object({
  source: z.string().max(100),
  source_kind: z.enum(KINDS),
  target: z.string().max(100),
  target_kind: z.enum(KINDS),
  relation: z.enum(TYPES),
  label: z.string().max(100),
  sentence: z.number().int(),
});
export type Said = z.output<typeof said>;

const text = { type: 'string', maxLength: 60 };
const kind = { enum: KINDS };

/** As a grammar forces it: `sentence` is one of those that the passage has. */
export function answerSchema(sentences: number): NarrowSchema {
  const sentence = { enum: Array.from({ length: Math.max(1, sentences) }, (_, at) => at + 1) };
  const properties = { source: text, source_kind: kind, target: text, target_kind: kind, relation: { enum: TYPES }, label: text, sentence };
  const items = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
  return {
    type: 'object',
    properties: { relations: { type: 'array', maxItems: MOST, items } },
    required: ['relations'],
    additionalProperties: false,
  };
}

const INSTRUCTIONS = `You read a passage of numbered sentences and list how the people, organisations, places and things in it are connected.
Use only names that stand in the passage, written as they stand there, never pronouns. "sentence" is the number of the sentence that says it.
"label" says in two to five words how the source is connected with the target. Leave out what the passage does not say. Answer in JSON.`;

export function turnsFor(sentences: string[]): ChatTurn[] {
  const numbered = sentences.map((sentence, at) => `${at + 1}. ${sentence.replace(/\s+/gu, ' ')}`).join('\n');
  return [
    { role: 'system', content: INSTRUCTIONS },
    { role: 'user', content: numbered },
  ];
}

/** What of an answer can be read; one that was cut is read up to the cut. */
export function readAnswer(answer: string): Said[] {
  const found = parsed(answer) ?? parsed(`${answer.slice(0, answer.lastIndexOf('}') + 1)}]}`);
  const relations = z.object({ relations: z.array(z.unknown()) }).safeParse(found);
  if (!relations.success) return [];
  return relations.data.relations.flatMap((one) => said.safeParse(one).data ?? []);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
