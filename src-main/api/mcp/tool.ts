/** What a tool of the MCP server is: schemas that come from the contract, and a run through the router. */
import type { ToolAnnotations } from '@modelcontextprotocol/sdk/types.js';
import type { z } from 'zod';
import type { Caller } from '../context';
import type { Router } from '../router';

/** One call of a tool. */
export interface Turn {
  router: Router;
  caller: Caller;
  /** Aborts when the client cancels, goes away, or the time is up. */
  signal: AbortSignal;
  /** Tells the client how far it is; does nothing when the client did not ask for it. */
  progress(message: string): void;
}

export interface Tool {
  name: string;
  title: string;
  /** For a model: when to use it, and what comes back. */
  description: string;
  input: z.ZodObject;
  output: z.ZodObject;
  annotations: ToolAnnotations;
  run(input: unknown, turn: Turn): Promise<Outcome>;
}

export interface Outcome {
  structured: Record<string, unknown>;
  /** The same for clients and models that only read text. */
  text: string;
}

interface Definition<I extends z.ZodObject, O extends z.ZodObject> extends Omit<Tool, 'input' | 'output' | 'run'> {
  input: I;
  output: O;
  run(input: z.output<I>, turn: Turn): Promise<z.output<O>>;
  text(output: z.output<O>): string;
}

/** A tool whose run and text are typed by its schemas; the server has checked the input against `input` before. */
export function tool<I extends z.ZodObject, O extends z.ZodObject>({ run, text, ...rest }: Definition<I, O>): Tool {
  return {
    ...rest,
    async run(input, turn) {
      const output = await run(input as z.output<I>, turn);
      return { structured: output, text: text(output) };
    },
  };
}

/** The annotations of every tool here: nothing outside this machine is reached. */
export const LOOKS_ONLY: ToolAnnotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
/** Adds something (a conversation), changes and deletes nothing. */
export const ADDS: ToolAnnotations = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };

interface Declared<I, O> {
  '~orpc': { inputSchema?: I; outputSchema?: O };
}

/** The input schema that an operation of the contract declares. */
export function inputOf<I>({ '~orpc': { inputSchema } }: Declared<I, unknown>): I {
  if (inputSchema === undefined) throw new Error('the operation declares no input');
  return inputSchema;
}

/** The output schema that an operation of the contract declares. */
export function outputOf<O>({ '~orpc': { outputSchema } }: Declared<unknown, O>): O {
  if (outputSchema === undefined) throw new Error('the operation declares no output');
  return outputSchema;
}
