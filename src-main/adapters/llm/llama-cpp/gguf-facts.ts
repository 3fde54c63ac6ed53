/** What the head of a GGUF file means: what the model is for, and what decides how much memory it takes. */
import type { ModelKind } from '../../../contract/models';
import type { ModelFacts, Shape } from '../../../core/ports/model-store';

/** Single values of the head, by their keys. */
export type Facts = Map<string, string | number>;

/** Architectures that read a text as a whole and write nothing. */
const READERS = new Set([
  'bert',
  'nomic-bert',
  'nomic-bert-moe',
  'jina-bert-v2',
  'jina-bert-v3',
  'modern-bert',
  'neo-bert',
  'eurobert',
  'gemma-embedding',
  't5encoder',
]);
/** Of `pooling_type`: 1 mean, 2 first token, 3 last token, 4 a rank. */
const RANKS = 4;

/** `general.file_type` (llama.cpp) by the names that people know. */
const FILE_TYPES: Partial<Record<number, string>> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  3: 'Q4_1',
  7: 'Q8_0',
  8: 'Q5_0',
  9: 'Q5_1',
  10: 'Q2_K',
  11: 'Q3_K_S',
  12: 'Q3_K_M',
  13: 'Q3_K_L',
  14: 'Q4_K_S',
  15: 'Q4_K_M',
  16: 'Q5_K_S',
  17: 'Q5_K_M',
  18: 'Q6_K',
  32: 'BF16',
};

const numberIn = (facts: Facts, key: string) => {
  const value = facts.get(key);
  return typeof value === 'number' && value > 0 ? value : null;
};
const textIn = (facts: Facts, key: string) => {
  const value = facts.get(key);
  return typeof value === 'string' && value.trim() !== '' ? value.slice(0, 200) : null;
};

/** Whole files that are no model by themselves. Throws a sentence. */
export function refuseOthers(facts: Facts): void {
  const parts = numberIn(facts, 'split.count');
  if (parts !== null && parts > 1) {
    const which = Number(facts.get('split.no') ?? 0) + 1;
    throw new Error(
      `it is part ${which} of ${parts} of a model: join them with "llama-gguf-split --merge", or put all parts into a folder of the models folder.`,
    );
  }
  const type = textIn(facts, 'general.type');
  if (type === 'adapter') throw new Error('it is an adapter (LoRA) for another model, and no model by itself.');
  if (type === 'imatrix') throw new Error('it holds the figures for packing a model, and no model.');
  if (type === 'mmproj' || facts.get('general.architecture') === 'clip')
    throw new Error('it is the part of a model that sees pictures, and no model by itself.');
}

export interface Tensors {
  /** How long the file must be to hold all of them. */
  end: number;
  elements: number;
  /** It has the layer that says how well a passage answers a question. */
  ranks: boolean;
}

export function factsOf(facts: Facts, { elements, ranks }: Tensors): ModelFacts {
  const architecture = textIn(facts, 'general.architecture');
  const of = (key: string) => numberIn(facts, `${architecture}.${key}`);
  const width = of('embedding_length');
  const kind = kindOf(facts, architecture, ranks);
  return {
    context_tokens: of('context_length'),
    licence: textIn(facts, 'general.license'),
    kind,
    architecture,
    parameters: elements > 0 ? elements : null,
    quantisation: FILE_TYPES[Number(facts.get('general.file_type') ?? -1)] ?? null,
    dimensions: kind === 'embedding' ? width : null,
    template: textIn(facts, 'tokenizer.chat_template') !== null,
    shape: shapeOf(of),
  };
}

function shapeOf(of: (key: string) => number | null): Shape | null {
  const [layers, width, heads] = [of('block_count'), of('embedding_length'), of('attention.head_count')];
  if (layers === null || width === null || heads === null) return null;
  return {
    layers,
    kv_heads: of('attention.head_count_kv') ?? heads,
    head_size: of('attention.key_length') ?? Math.ceil(width / heads),
    width,
  };
}

/** Null when the architecture writes, or is not known here, and nothing says that it ranks or embeds. */
function kindOf(facts: Facts, architecture: string | null, ranks: boolean): ModelKind | null {
  const pooling = numberIn(facts, `${architecture}.pooling_type`);
  if (pooling === RANKS || ranks) return 'reranker';
  if (pooling !== null || (architecture !== null && READERS.has(architecture))) return 'embedding';
  return facts.has('tokenizer.chat_template') && numberIn(facts, `${architecture}.block_count`) !== null ? 'chat' : null;
}
