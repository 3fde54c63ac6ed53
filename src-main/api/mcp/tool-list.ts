/** The tools as `tools/list` answers them: their schemas as JSON Schema, made once and without what only costs a model's context. */
import type { Tool as ListedTool } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { Tool } from './tool';

type Schema = ListedTool['inputSchema'];

export function listedTools(tools: readonly Tool[]): ListedTool[] {
  return tools.map(({ name, title, description, input, output, annotations }) => ({
    ...{ name, title, description, annotations },
    inputSchema: schemaOf(input, 'input'),
    outputSchema: schemaOf(output, 'output'),
  }));
}

/** Draft 7 is what clients know best; the official one checks results against it. */
function schemaOf(schema: z.ZodObject, io: 'input' | 'output'): Schema {
  return z.toJSONSchema(schema, { io, target: 'draft-7', override: ({ jsonSchema }) => slim(jsonSchema) }) as Schema;
}

/** The long pattern of a time says no more than its format, and the bounds of whole numbers are those of JavaScript. */
function slim(schema: Record<string, unknown>): void {
  if (schema.format !== undefined) delete schema.pattern;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  // Fields may be added: a client that remembers this list takes the answers of a newer Pressmark too.
  if (schema.additionalProperties === false) delete schema.additionalProperties;
}
