/** Values as PostgreSQL can hold them. */

/** Its text has neither NUL nor halves of a character; others in their place keep every offset. */
export const storableText = (text: string): string => text.replace(/[\0\p{Surrogate}]/gu, '\uFFFD');

/** The same for the value of a placeholder. */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  return Array.isArray(value) ? value.map(storable) : value;
}
