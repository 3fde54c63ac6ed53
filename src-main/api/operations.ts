/** What every route is made with: the contract, the gate before each operation, and one way to say what went wrong. */
import { implement } from '@orpc/server';
import { contract } from '../contract';
import type { Log } from '../core/ports/runtime';
import { answersAsPromised } from './answers';
import type { Caller } from './context';
import { toContractError } from './errors';
import type { Gate } from './gate';

/** The library would hold each answer against its schema; see answers.ts. */
const UNCHECKED = { initialOutputValidationIndex: Number.NaN };

/** The builder of all routes. Every call passes the gate, ends in the audit log when it changes something, and fails with a contract error. */
export function operations({ gate, log, checkAnswers }: { gate: Gate; log: Log; checkAnswers: boolean }) {
  return implement(contract, UNCHECKED)
    .$context<Caller>()
    .use(async ({ context, next, procedure }, input) => {
      const operation = procedure['~orpc'];
      try {
        await gate.enter(context, operation);
        const result = await next();
        if (checkAnswers) answersAsPromised(operation.outputSchema, result.output);
        await gate.leave(context, operation, { input, output: result.output });
        return result;
      } catch (error) {
        const known = toContractError(error, log, context.request_id);
        await gate.leave(context, operation, { input, failure: { ...known, details: known.data } });
        throw known;
      }
    });
}

export type Operations = ReturnType<typeof operations>;

/** A caller that cannot go away still needs a signal for the services. */
export const live = (signal: AbortSignal | undefined): AbortSignal => signal ?? new AbortController().signal;

/** What the caller may change: the version in the input, or those of `If-Match`; undefined: whatever is there. */
export const expected = (version: number | undefined, { expected: matched }: Caller): number[] | undefined =>
  version === undefined ? matched : [version];

/** Errors thrown in the middle of a stream never pass the middleware, so they are translated here. */
export async function* withContractErrors<T>(stream: AsyncGenerator<T>, log: Log, { request_id }: Caller): AsyncGenerator<T, void> {
  try {
    yield* stream;
  } catch (error) {
    throw toContractError(error, log, request_id);
  }
}
