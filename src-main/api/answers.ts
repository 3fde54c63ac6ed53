/** Holds answers against the contract: what a service returns must be what was promised, and nothing more. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/**
 * Throws when an answer lacks what its schema asks for, or has fields that it does not name, which could tell what is not meant to be told.
 * The tests run with it. Users run without: types promise the same, and it would cost a tenth of each read.
 */
export function answersAsPromised(schema: unknown, answer: unknown): void {
  if (!(schema instanceof z.ZodType) || answer instanceof Blob || isStream(answer)) return;
  const promised = schema.parse(answer);
  if (!isDeepStrictEqual(plain(promised), plain(answer))) {
    throw new Error(`an answer is not as the contract says: ${JSON.stringify(difference(plain(answer), plain(promised)))}`);
  }
}

const isStream = (answer: unknown): boolean => typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;

/** As JSON tells it: a field without a value is no field. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null');

/** Paths that are only in the answer; values stay out of the log. */
function difference(answer: unknown, promised: unknown, path = ''): string[] {
  if (typeof answer !== 'object' || answer === null) return answer === promised ? [] : [path];
  const other = (typeof promised === 'object' && promised !== null ? promised : {}) as Record<string, unknown>;
  return Object.entries(answer).flatMap(([key, value]) =>
    key in other ? difference(value, other[key], `${path}.${key}`) : [`${path}.${key}`],
  );
}
