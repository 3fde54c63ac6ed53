/** A small GGUF model that reads (architecture BERT) with weights by chance: whole and usable, though it means nothing. */

const [WIDTH, LAYERS, HEADS, INNER, WINDOW] = [32, 2, 2, 64, 128];
const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789.,?'];
/** As llama.cpp wants them: U+2581 begins a word, what goes on has no mark. */
const VOCABULARY = [...SPECIAL, ...LETTERS.map((one) => `\u2581${one}`), ...LETTERS];
const CONTROL = 3;
const NORMAL = 1;

type Value = { type: number; bytes: Buffer };

function sized(bytes: 1 | 4 | 8, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 1) buffer.writeUInt8(value);
  else if (bytes === 4) buffer.writeUInt32LE(value);
  else buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}
function written(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([sized(8, bytes.length), bytes]);
}
const text = (value: string): Value => ({ type: 8, bytes: written(value) });
const whole = (value: number): Value => ({ type: 4, bytes: sized(4, value) });
const no: Value = { type: 7, bytes: sized(1, 0) };
const float = (value: number): Value => ({ type: 6, bytes: Buffer.from(Float32Array.of(value).buffer) });
const list = (type: number, items: Buffer[]): Value => ({
  type: 9,
  bytes: Buffer.concat([sized(4, type), sized(8, items.length), ...items]),
});

function head(pooling: number): Record<string, Value> {
  return {
    'general.architecture': text('bert'),
    'general.name': text('by chance'),
    'general.file_type': whole(0),
    'bert.context_length': whole(WINDOW),
    'bert.embedding_length': whole(WIDTH),
    'bert.feed_forward_length': whole(INNER),
    'bert.block_count': whole(LAYERS),
    'bert.attention.head_count': whole(HEADS),
    'bert.attention.layer_norm_epsilon': float(1e-12),
    'bert.attention.causal': no,
    'bert.pooling_type': whole(pooling),
    'tokenizer.ggml.model': text('bert'),
    'tokenizer.ggml.pre': text('default'),
    'tokenizer.ggml.tokens': list(8, VOCABULARY.map(written)),
    'tokenizer.ggml.token_type': list(
      5,
      VOCABULARY.map((_, at) => sized(4, at < SPECIAL.length ? CONTROL : NORMAL)),
    ),
    'tokenizer.ggml.token_type_count': whole(2),
    'tokenizer.ggml.padding_token_id': whole(0),
    'tokenizer.ggml.unknown_token_id': whole(1),
    'tokenizer.ggml.bos_token_id': whole(2),
    'tokenizer.ggml.cls_token_id': whole(2),
    'tokenizer.ggml.seperator_token_id': whole(3),
    'tokenizer.ggml.eos_token_id': whole(3),
    'tokenizer.ggml.mask_token_id': whole(4),
  };
}

/** Names and shapes; the first number of a shape runs fastest. */
function tensors(ranks: boolean): [string, number[]][] {
  const norm = (name: string): [string, number[]][] => [
    [`${name}.weight`, [WIDTH]],
    [`${name}.bias`, [WIDTH]],
  ];
  const dense = (name: string, from: number, to: number): [string, number[]][] => [
    [`${name}.weight`, [from, to]],
    [`${name}.bias`, [to]],
  ];
  const layers = Array.from({ length: LAYERS }, (_, at) => [
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].flatMap((name) => dense(`blk.${at}.${name}`, WIDTH, WIDTH)),
    ...norm(`blk.${at}.attn_output_norm`),
    ...dense(`blk.${at}.ffn_up`, WIDTH, INNER),
    ...dense(`blk.${at}.ffn_down`, INNER, WIDTH),
    ...norm(`blk.${at}.layer_output_norm`),
  ]).flat();
  return [
    ['token_embd.weight', [WIDTH, VOCABULARY.length]],
    ['position_embd.weight', [WIDTH, WINDOW]],
    ['token_types.weight', [WIDTH, 2]],
    ...norm('token_embd_norm'),
    ...layers,
    ...(ranks ? [...dense('cls', WIDTH, WIDTH), ...dense('cls.output', WIDTH, 1)] : []),
  ];
}

export const BERT = { dimensions: WIDTH, window: WINDOW };

/** @param purpose whether it gives texts their vectors or passages their rank */
export function bertGguf(purpose: 'embedding' | 'reranker'): Buffer {
  const ranks = purpose === 'reranker';
  const facts = Object.entries(head(ranks ? 4 : 1));
  const weights = tensors(ranks);
  let offset = 0;
  const table = weights.map(([name, shape]) => {
    const at = offset;
    offset += shape.reduce((product, size) => product * size, 4);
    return Buffer.concat([written(name), sized(4, shape.length), ...shape.map((size) => sized(8, size)), sized(4, 0), sized(8, at)]);
  });
  const start = Buffer.concat([
    Buffer.from('GGUF'),
    sized(4, 3),
    sized(8, weights.length),
    sized(8, facts.length),
    ...facts.map(([key, { type, bytes }]) => Buffer.concat([written(key), sized(4, type), bytes])),
    ...table,
  ]);
  const data = weights.map(([name, shape], seed) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const flat = name.endsWith('norm.weight') ? 1 : 0;
    return Buffer.from(Float32Array.from({ length: count }, (_, at) => flat + 0.3 * Math.sin((at + 1) * 12.9898 + seed * 78.233)).buffer);
  });
  return Buffer.concat([start, Buffer.alloc((32 - (start.length % 32)) % 32), ...data]);
}
