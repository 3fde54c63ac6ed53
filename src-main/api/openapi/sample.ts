/** Examples for the OpenAPI description, made from the schemas: what they declare themselves, else telling values by the name of the field. */

export type Schema = Record<string, unknown>;

const TIME = '2026-03-14T09:26:53.589Z';
const ID = (last: string): string => `019cec1b-6a15-7cc2-8d4e-3f5a9b2c71${last}`;

/** What a field of this name holds, when its schema allows it. */
const BY_NAME: Record<string, unknown> = {
  id: ID('00'),
  project_id: ID('01'),
  document_id: ID('02'),
  chunk_id: ID('03'),
  conversation_id: ID('04'),
  job_id: ID('05'),
  message_id: ID('06'),
  request_id: 'f0a1c2d3-7b1e-4c62-9a7d-3d2f5b6c8e90',
  name: 'Building archive',
  filename: 'annual-report.pdf',
  mime_type: 'application/pdf',
  size_bytes: 482_113,
  sha256: '5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9',
  title: 'When was the bridge built?',
  query: 'iron bridge opening year',
  message: 'When was the iron bridge built?',
  content: 'The iron bridge was built in 1884 [1].',
  text: 'The iron bridge over the Tamber was built in 1884.',
  quote: 'The iron bridge over the Tamber was built in 1884.',
  heading_path: ['History', 'The iron bridge'],
  page: 3,
  pages: 12,
  chunks: 48,
  embedded_chunks: 48,
  ordinal: 7,
  char_start: 1024,
  char_end: 1074,
  rank: 1,
  n: 1,
  score: 0.0328,
  version: 1,
  documents: 2,
  messages: 4,
  state: 'ready',
  parent_id: null,
  role: 'assistant',
  model: 'smollm2-135m-instruct',
  token: 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl',
  scopes: ['read'],
  user: 'Nightly script',
  action: 'projects.create',
  took_ms: 12,
  timestamp: TIME,
  dir: '/home/ada/papers',
  path: '/home/ada/papers',
  data_dir: '/home/ada/.local/share/pressmark',
  platform: 'linux-x64',
  licence: 'Apache-2.0',
  url: 'https://models.example/tiny.gguf',
  input: 'The iron bridge was built in 1884.',
};
/** Fields that are mostly empty. */
const MOSTLY_NULL = new Set([
  'error',
  'duplicate_of',
  'next_cursor',
  'detail',
  'reason',
  'eta_s',
  'revoked_at',
  'action',
  'graph',
  'rerank',
]);

interface Options {
  /** A request shows what it needs and what declares an example; an answer shows everything. */
  whole: boolean;
}

/** @param components the named schemas that `$ref` points to */
export function createSampler(components: Record<string, unknown>) {
  function resolve(schema: Schema): Schema {
    const name = typeof schema.$ref === 'string' ? schema.$ref.replace('#/components/schemas/', '') : null;
    const { $ref: _, ...rest } = schema;
    return name === null ? schema : { ...resolve((components[name] ?? {}) as Schema), ...rest };
  }

  function sample(given: Schema, name: string, options: Options): unknown {
    const schema = resolve(given);
    if ('const' in schema) return schema.const;
    const [declared] = [schema.examples ?? []].flat();
    if (declared !== undefined) return declared;
    if (schema.default !== undefined && schema.default !== null) return schema.default;
    const options_ = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
    if (options_) return choose(options_, name, options);
    if (fits(schema, BY_NAME[name])) return BY_NAME[name];
    if (Array.isArray(schema.enum)) return schema.enum[0];
    return byType(schema, name, options);
  }

  function choose(choices: Schema[], name: string, options: Options): unknown {
    const withNull = choices.some((choice) => choice.type === 'null');
    if (withNull && MOSTLY_NULL.has(name)) return null;
    const choice = choices.find(({ type }) => type !== 'null');
    return choice ? sample(choice, name, options) : null;
  }

  function byType(schema: Schema, name: string, options: Options): unknown {
    const type = [schema.type].flat()[0];
    if (type === 'object' || schema.properties) return object(schema, options);
    if (type === 'array') return list(schema, name, options);
    if (type === 'string') return text(schema);
    if (type === 'integer') return Math.max(Number(schema.minimum ?? 0), 0);
    if (type === 'number') return Math.max(Number(schema.minimum ?? 0.5), 0);
    return type === 'boolean' ? true : type === 'null' ? null : {};
  }

  function object(schema: Schema, options: Options): Record<string, unknown> {
    const fields = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
    const required = (schema.required ?? []) as string[];
    const shown = fields.filter(([field, { examples }]) => options.whole || required.includes(field) || examples !== undefined);
    const some = shown.length > 0 ? shown : fields.slice(0, 1);
    return Object.fromEntries(some.map(([field, of]) => [field, sample(of, field, options)]));
  }

  function list(schema: Schema, name: string, options: Options): unknown[] {
    const items = schema.items as Schema | undefined;
    return items ? [sample(items, name.replace(/s$/, ''), options)] : [];
  }

  return { sample, resolve };
}

function text({ format, minLength = 0, pattern }: Schema): string {
  if (format === 'date-time') return TIME;
  if (format === 'uri') return 'https://models.example/tiny.gguf';
  return pattern === undefined ? 'text'.padEnd(Number(minLength), '.') : '';
}

function fits(schema: Schema, value: unknown): boolean {
  if (value === undefined) return false;
  if (Array.isArray(schema.enum)) return schema.enum.includes(value);
  const type = [schema.type].flat()[0];
  if (type === 'array') return Array.isArray(value) && value.every((item) => fits((schema.items ?? {}) as Schema, item));
  if (type === 'integer') return Number.isInteger(value) && Number(value) >= Number(schema.minimum ?? value);
  if (typeof value !== type) return false;
  const pattern = typeof schema.pattern === 'string' ? new RegExp(schema.pattern, 'u') : null;
  return typeof value !== 'string' || ((pattern?.test(value) ?? true) && value.length <= Number(schema.maxLength ?? value.length));
}
