/** The grammar of a JSON schema: the library's own, with rules for numbers that are exactly whole and within their bounds. */
import { randomUUID } from 'node:crypto';
import type { Llama, LlamaGrammar } from 'node-llama-cpp';
import type { NarrowSchema } from '../../../core/ports/llm';
import { type Bounds, integerRule, numberRule } from './number-rules';

/** Ends a model that writes empty lines for ever; as the library does for its own grammars. */
const EMPTY_LINES = '\n'.repeat(4);

export async function jsonGrammar(llama: Llama, schema: NarrowSchema): Promise<LlamaGrammar> {
  const rules = new Map<string, string>();
  const marked = withMarks(schema, rules);
  const made = await llama.createGrammarForJsonSchema(marked as { type: 'object' });
  if (rules.size === 0) return made;
  let { grammar } = made;
  for (const [mark, rule] of rules) grammar = grammar.replaceAll(`"\\"${mark}\\""`, rule);
  return llama.createGrammar({ grammar, stopGenerationTriggers: [EMPTY_LINES], trimWhitespaceSuffix: true });
}

/** Each number becomes a text that nobody else writes, to be found again in the grammar. */
function withMarks(part: unknown, rules: Map<string, string>): unknown {
  if (Array.isArray(part)) return part.map((each) => withMarks(each, rules));
  if (typeof part !== 'object' || part === null) return part;
  const rule = ruleOf(part);
  if (rule === null) return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, withMarks(value, rules)]));
  const mark = randomUUID();
  rules.set(mark, rule);
  return { enum: [mark] };
}

function ruleOf(part: object & { type?: unknown } & Bounds): string | null {
  if (part.type === 'integer') return integerRule(part);
  return part.type === 'number' ? numberRule(part) : null;
}
