/** Routes of the OpenAI protocol. */
import type { Log } from '../../core/ports/runtime';
import type { Services } from '../../core/services';
import type { Caller } from '../context';
import { live, type Operations, withContractErrors } from '../operations';

export const openaiRoutes = (os: Operations['openai'], { openai }: Services, log: Log) => ({
  models: os.models.handler(async () => ({ object: 'list', data: await openai.models.list() })),
  model: os.model.handler(({ input }) => openai.models.get(input.id)),
  complete: os.complete.handler(({ input, signal, context }) =>
    openai.completions.whole(input, { signal: live(signal), caller: callerOf(context) }),
  ),
  stream: os.stream.handler(({ input, signal, context }) =>
    withContractErrors(openai.completions.stream(input, { signal: live(signal), caller: callerOf(context) }), log, context),
  ),
  embed: os.embed.handler(({ input, signal }) => openai.embed(input, live(signal))),
});

const callerOf = ({ token_id, door }: Caller) => token_id ?? door;
