/** The input of an operation, put together from address, query and body. */
import type { Request } from 'express';
import { z } from 'zod';

/** Turns text into what the schema asks for; text that is no such thing stays text, which the schema then refuses by name. */
type Coerce = (text: unknown) => unknown;

const WHOLE = /^-?\d{1,16}$/;
const DECIMAL = /^-?\d{1,16}(\.\d{1,16})?$/;

const toNumber = (form: RegExp) => (text: unknown) => (typeof text === 'string' && form.test(text) ? Number(text) : text);
const toBoolean = (text: unknown) => (text === 'true' ? true : text === 'false' ? false : text);

/**
 * Values of an address are text and become numbers and truth values; those of a JSON body have their types already.
 * Values of the address win over the body's.
 */
export function createInputReader(schema: unknown, method: string): (request: Request) => unknown {
  const coercions = schema instanceof z.ZodType ? coercionsOf(schema) : new Map<string, Coerce>();
  const coerced = (values: object) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, coercions.get(name)?.(value) ?? value]));
  const inQuery = method === 'GET' || method === 'DELETE';
  return ({ params, query, body }) => {
    const given = { ...(inQuery ? coerced(query) : body), ...coerced(params) };
    return schema === undefined && Object.keys(given).length === 0 ? undefined : given;
  };
}

interface Property {
  type?: string;
  anyOf?: Property[];
}

/** By the name of each top field that is not text. */
function coercionsOf(schema: z.ZodType): Map<string, Coerce> {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, Property> };
  const found = Object.entries(properties).map(([name, property]) => [name, coercionOf(property)] as const);
  return new Map(found.filter((entry): entry is [string, Coerce] => entry[1] !== null));
}

function coercionOf({ type, anyOf = [] }: Property): Coerce | null {
  if (type === 'integer') return toNumber(WHOLE);
  if (type === 'number') return toNumber(DECIMAL);
  if (type === 'boolean') return toBoolean;
  // One value of a list is sent as ?kinds=a, several as ?kinds=a&kinds=b.
  if (type === 'array') return (value) => (value === undefined || Array.isArray(value) ? value : [value]);
  return anyOf.map(coercionOf).find((coerce) => coerce !== null) ?? null;
}
