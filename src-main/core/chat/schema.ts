/** JSON schemas cut down to what a grammar can force: whatever follows the narrow schema follows the given one. */
import { AppError } from '../errors';
import type { NarrowSchema } from '../ports/llm';

type Schema = Record<string, unknown>;

/** Sizes past which building the grammar would hold everything else up. */
const MOST_NODES = 2_000;
const DEEPEST = 32;
const MOST_VALUES = 1_000;
const MOST_REPEATS = 500;
/** Bounded numbers become the list of their values. */
const MOST_NUMBERS = 256;
/** Numbers beyond it are not written. */
const LARGEST = 10 ** 15;
/** Numbers within narrow bounds, as shares and scores are, become hundredths. */
const HUNDREDTH = 100;
/** Fewer of them are as short as their bounds. */
const TOLD_AS_BOUNDS = 8;

const FORMATS = new Set(['date', 'time', 'date-time']);
const SCALARS = ['string', 'number', 'integer', 'boolean', 'null'];
/** Rules that no grammar here can force; annotations and unknown words are no rules. */
const UNFORCED =
  'pattern multipleOf uniqueItems minProperties maxProperties patternProperties propertyNames contains minContains maxContains not if then else dependentSchemas dependentRequired unevaluatedProperties unevaluatedItems'.split(
    ' ',
  );
const BOUNDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];
const ANYTHING: Schema = {
  oneOf: [{ type: ['string', 'number', 'boolean', 'null'] }, { type: 'object', additionalProperties: true }, { type: 'array' }],
};
const ROOT = 'the_whole';

export interface NarrowOptions {
  /** A rule that cannot be forced is an error instead of being left out. */
  strict: boolean;
  /** Bounds of numbers can be forced as they are; else they become lists of values. */
  bounds: boolean;
}

/** @param path of the schema in the request, for errors */
export function narrowSchema(schema: Schema, path: string, options: NarrowOptions): NarrowSchema {
  return new Narrowing(schema, options).run(path);
}

/** The schema as a model is told of it: a long list of whole numbers in a row is their bounds again, which are far fewer tokens to read. */
export function toldSchema(schema: NarrowSchema): string {
  return JSON.stringify(schema, (_key, part: unknown) => (isRecord(part) ? bounded(part) : part));
}

function bounded(schema: Schema): Schema {
  const { enum: values, ...rest } = schema;
  if (!Array.isArray(values) || values.length < TOLD_AS_BOUNDS) return schema;
  const [minimum, maximum] = [values[0], values.at(-1)];
  const inRow = (parts: number) => values.every((value, index) => value === (Math.round(minimum * parts) + index) / parts);
  if (inRow(1)) return { type: 'integer', minimum, maximum, ...rest };
  return inRow(HUNDREDTH) ? { type: 'number', minimum, maximum, ...rest } : schema;
}

class Narrowing {
  private nodes = 0;
  private readonly definitions: Record<string, Schema>;

  constructor(
    private readonly root: Schema,
    private readonly options: NarrowOptions,
  ) {
    this.definitions = { ...record(root.definitions), ...record(root.$defs), [ROOT]: root } as Record<string, Schema>;
  }

  run(path: string): NarrowSchema {
    const whole = this.narrow(this.root, path, 0, ROOT);
    const used = reachable(refsIn(this.root), this.definitions);
    const named = [...used].map((name) => {
      const definition = this.definitions[name];
      if (!definition) throw wrong(path, `"#/$defs/${name}" is not defined`);
      return [name, this.narrow(definition, `${path}.$defs.${name}`, 1, name)] as const;
    });
    return named.length > 0 ? { ...whole, $defs: Object.fromEntries(named) } : whole;
  }

  /** @param within the definition that this is a part of; descriptions stay, for the model to read */
  private narrow(part: unknown, path: string, depth: number, within: string): Schema {
    const narrowed = this.narrowPart(part, path, depth, within);
    const { description } = record(part);
    return typeof description === 'string' ? { ...narrowed, description } : narrowed;
  }

  private narrowPart(given: unknown, path: string, depth: number, within: string): Schema {
    if (given === true) return ANYTHING;
    if (!isRecord(given)) throw wrong(path, 'must be a schema');
    this.nodes += 1;
    if (this.nodes > MOST_NODES || depth > DEEPEST)
      throw wrong(path, `the schema is too large: ${MOST_NODES} parts, ${DEEPEST} levels at most`);
    const schema = withoutSaying(withSingleAllOf(given, path));
    this.refuseUnforced(schema, path, UNFORCED);
    const at = (part: unknown, name: string) => this.narrow(part, `${path}.${name}`, depth + 1, within);
    if (typeof schema.$ref === 'string') return { $ref: `#/$defs/${refName(schema.$ref, path)}` };
    if ('const' in schema) return { enum: this.values([schema.const], path) };
    if (Array.isArray(schema.enum)) return { enum: this.values(schema.enum, path) };
    for (const key of ['anyOf', 'oneOf'] as const) {
      const options = schema[key];
      if (Array.isArray(options)) return { oneOf: nonEmpty(options, `${path}.${key}`).map((one, index) => at(one, `${key}.${index}`)) };
    }
    const types = typesOf(schema, path);
    const narrowed = types.map((type) => this.narrowType(type, schema, path, { at, within }));
    const all = schema.nullable === true ? [...narrowed, { type: 'null' }] : narrowed;
    return all.length === 1 && all[0] ? all[0] : { oneOf: all };
  }

  private narrowType(
    type: string,
    schema: Schema,
    path: string,
    { at, within }: { at: (part: unknown, name: string) => Schema; within: string },
  ): Schema {
    if (type === 'object') return this.narrowObject(schema, at, within);
    if (type === 'array') {
      const prefix = Array.isArray(schema.prefixItems) ? schema.prefixItems.map((one, index) => at(one, `prefixItems.${index}`)) : null;
      const items = schema.items === undefined || schema.items === false ? null : at(schema.items, 'items');
      const [minItems, maxItems] = [repeats(schema.minItems, `${path}.minItems`), repeats(schema.maxItems, `${path}.maxItems`)];
      return { type, ...given({ prefixItems: prefix, items, minItems, maxItems }) };
    }
    if (type === 'string') {
      if (typeof schema.format === 'string' && FORMATS.has(schema.format)) return { type, format: schema.format };
      const [minLength, maxLength] = [repeats(schema.minLength, `${path}.minLength`), repeats(schema.maxLength, `${path}.maxLength`)];
      return { type, ...given({ minLength, maxLength }) };
    }
    return type === 'integer' || type === 'number' ? this.narrowNumber(type, schema, path) : { type };
  }

  private narrowNumber(type: 'integer' | 'number', schema: Schema, path: string): Schema {
    const bounds = boundsOf(type, schema, path);
    if (Object.keys(bounds).length === 0) return { type };
    if (this.options.bounds && (type === 'integer' || Object.values(bounds).every(Number.isInteger))) return { type, ...bounds };
    const numbers = numbersWithin(bounds, type === 'integer' ? 1 : HUNDREDTH);
    if (numbers) return { enum: numbers };
    this.refuseUnforced(schema, path, BOUNDS);
    return { type };
  }

  /** All properties are always written; one that may be missing and leads back to its own definition is never, or it would have no end. */
  private narrowObject(schema: Schema, at: (part: unknown, name: string) => Schema, within: string): Schema {
    const required = new Set(Array.isArray(schema.required) ? schema.required : []);
    const properties = Object.entries(record(schema.properties))
      .filter(([name, part]) => required.has(name) || !reachable(refsIn(part), this.definitions).has(within))
      .map(([name, part]) => [name, at(part, `properties.${name}`)] as const);
    const { additionalProperties: more } = schema;
    const free = isRecord(more) ? properties.length === 0 : schema.properties === undefined && more !== false;
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(free ? { additionalProperties: isRecord(more) ? at(more, 'additionalProperties') : true } : {}),
    };
  }

  private values(list: unknown[], path: string): unknown[] {
    this.nodes += list.length;
    if (list.length === 0 || list.length > MOST_VALUES) throw wrong(`${path}.enum`, `must have 1 to ${MOST_VALUES} values`);
    if (list.some((value) => typeof value === 'object' && value !== null))
      throw wrong(`${path}.enum`, 'may hold texts, numbers, true, false and null');
    return list;
  }

  private refuseUnforced(schema: Schema, path: string, words: readonly string[]): void {
    const word = this.options.strict ? words.find((one) => one in schema) : undefined;
    if (word) throw wrong(`${path}.${word}`, 'cannot be forced here; leave it out, or set "strict" to false and check it yourself');
  }
}

const wrong = (path: string, message: string) => new AppError('VALIDATION_FAILED', `${path}: ${message}`, { issues: [{ path, message }] });

const isRecord = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);
const record = (value: unknown): Schema => (isRecord(value) ? value : {});
const given = (parts: Schema): Schema => Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== null));

function nonEmpty(list: unknown[], path: string): unknown[] {
  if (list.length === 0) throw wrong(path, 'must not be empty');
  return list;
}

function withSingleAllOf(schema: Schema, path: string): Schema {
  const { allOf, ...rest } = schema;
  if (!Array.isArray(allOf)) return schema;
  const [only, more] = allOf;
  if (!isRecord(only) || more !== undefined) throw wrong(`${path}.allOf`, 'may hold one schema only; merge them');
  return { ...only, ...rest };
}

function typesOf({ type, properties, items, prefixItems }: Schema, path: string): string[] {
  const known = [...SCALARS, 'object', 'array'];
  if (type === undefined) {
    if (properties !== undefined) return ['object'];
    return items !== undefined || prefixItems !== undefined ? ['array'] : ['string', 'number', 'boolean', 'null', 'object', 'array'];
  }
  const types = (Array.isArray(type) ? type : [type]) as string[];
  const unknown = types.find((one) => !known.includes(one));
  if (unknown !== undefined || types.length === 0) throw wrong(`${path}.type`, `must be of ${known.join(', ')}`);
  return types;
}

function repeats(value: unknown, path: string): number | null {
  if (value === undefined) return null;
  if (!Number.isInteger(value) || Number(value) < 0) throw wrong(path, 'must be a whole number, 0 or more');
  if (Number(value) <= MOST_REPEATS) return Number(value);
  if (/max/.test(path)) return null;
  throw wrong(path, `must not be over ${MOST_REPEATS}`);
}

/** The bounds that are given; between them must lie a number that is not too long to write. */
function boundsOf(type: 'integer' | 'number', schema: Schema, path: string): Record<string, number> {
  const bounds = Object.fromEntries(BOUNDS.flatMap((key) => (isNumber(schema[key]) ? [[key, schema[key]]] : []))) as Record<string, number>;
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } = bounds;
  const [from, to] = [Math.max(minimum, exclusiveMinimum), Math.min(maximum, exclusiveMaximum)];
  const first = Math.max(Math.ceil(minimum), Math.floor(exclusiveMinimum) + 1);
  const last = Math.min(Math.floor(maximum), Math.ceil(exclusiveMaximum) - 1);
  const touching = from === to && (from === exclusiveMinimum || to === exclusiveMaximum);
  const empty = type === 'integer' ? first > last : from > to || touching;
  if (empty || from >= LARGEST || to <= -LARGEST) throw wrong(path, 'no number that could be written lies within these bounds');
  return bounds;
}

/** All numbers within the bounds; null when they are too many. @param parts into which a whole is cut */
function numbersWithin({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema, parts: number): number[] | null {
  const after = isNumber(exclusiveMinimum) ? Math.floor(exclusiveMinimum * parts) + 1 : undefined;
  const before = isNumber(exclusiveMaximum) ? Math.ceil(exclusiveMaximum * parts) - 1 : undefined;
  const first = Math.max(...[isNumber(minimum) ? Math.ceil(minimum * parts) : undefined, after].filter(isNumber));
  const last = Math.min(...[isNumber(maximum) ? Math.floor(maximum * parts) : undefined, before].filter(isNumber));
  if (!Number.isFinite(first) || !Number.isFinite(last) || last < first || last - first >= MOST_NUMBERS) return null;
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) / parts);
}

/** Libraries write the bounds of JavaScript's own numbers to each integer, and the pattern of a format beside it: neither is a rule of its own. */
function withoutSaying({ minimum, maximum, pattern, ...schema }: Schema): Schema {
  const formatted = typeof schema.format === 'string' && FORMATS.has(schema.format);
  return {
    ...schema,
    ...(minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? {} : { minimum }),
    ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? {} : { maximum }),
    ...(pattern === undefined || formatted ? {} : { pattern }),
  };
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

function refName(ref: string, path: string): string {
  if (ref === '#') return ROOT;
  const name = /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(ref)?.[1];
  if (name === undefined) throw wrong(`${path}.$ref`, 'must be "#" or "#/$defs/NAME"');
  return name;
}

/** Names of the definitions that a part refers to, its own definitions aside. */
function refsIn(part: unknown): Set<string> {
  const found = new Set<string>();
  const walk = (value: unknown, depth: number): void => {
    if (depth > DEEPEST * 2 || typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === '$ref' && typeof inner === 'string') found.add(inner === '#' ? ROOT : (inner.split('/').at(-1) ?? inner));
      else if (key !== '$defs' && key !== 'definitions') walk(inner, depth + 1);
    }
  };
  walk(part, 0);
  return found;
}

function reachable(from: Set<string>, definitions: Record<string, Schema>): Set<string> {
  const reached = new Set<string>();
  const open = [...from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    open.push(...refsIn(definitions[name]));
  }
  return reached;
}
