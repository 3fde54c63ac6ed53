/** The OpenAI protocol: models, chat completions, embeddings, in that protocol's own shapes, without the envelope. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { citation } from './chat';
import { op } from './op';

const PROJECT_MODEL = '`pressmark/{project id}` or `pressmark/{project name}` answers from the documents of that project.';

const model = z.object({
  id: z.string().describe(`Name for \`model\` in other requests. ${PROJECT_MODEL}`),
  object: z.literal('model'),
  created: z.number().int().describe('Seconds since 1970: of a project its beginning, of a model the start of Pressmark.'),
  owned_by: z.string(),
});
export type OpenAIModel = z.output<typeof model>;
const modelList = z.object({ object: z.literal('list'), data: z.array(model) });

const nonEmpty = z.string().min(1);
/** Clients send null for what they leave out. */
const left = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

const textPart = z.object({
  type: z.enum(['text', 'input_text', 'refusal'], { error: 'only text can be read here: {"type": "text", "text": "…"}' }),
  text: z.string().optional(),
  refusal: z.string().optional(),
});
const text = z
  .union([z.string(), z.array(textPart)], {
    error: 'must be a string or a list of parts {"type": "text", "text": "…"}; images, audio and files cannot be read here',
  })
  .transform((value) => (typeof value === 'string' ? value : value.map((part) => part.text ?? part.refusal ?? '').join('')));

const toolCall = z.object({
  id: z.string(),
  type: z.literal('function').default('function'),
  function: z.object({ name: nonEmpty, arguments: z.string().describe('JSON.') }),
});
export type OpenAIToolCall = z.output<typeof toolCall>;

const incoming = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer', 'user']), content: text }),
  z.object({ role: z.literal('assistant'), content: left(text), tool_calls: left(z.array(toolCall).max(128)) }),
  z.object({ role: z.literal('tool'), content: text, tool_call_id: z.string() }),
]);
export type OpenAIMessage = z.output<typeof incoming>;

/** Any JSON schema; what a grammar cannot force is named when the request comes. */
const jsonSchema = z.record(z.string(), z.unknown());
const functionName = z.string().regex(/^[\w-]{1,64}$/, 'up to 64 letters, digits, _ and -');

const responseFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({
    type: z.literal('json_schema'),
    json_schema: z.object({ name: functionName, description: left(z.string()), schema: jsonSchema, strict: left(z.boolean()) }),
  }),
]);

const tool = z.object({
  type: z.literal('function', { error: 'only tools of the type "function" can be used' }),
  function: z.object({ name: functionName, description: left(z.string()), parameters: left(jsonSchema), strict: left(z.boolean()) }),
});

const namedTool = z.object({ type: z.literal('function'), function: z.object({ name: nonEmpty }) });
const allowedTools = z.object({
  type: z.literal('allowed_tools'),
  allowed_tools: z.object({ mode: z.enum(['auto', 'required']), tools: z.array(namedTool).min(1).max(128) }),
});
const toolChoice = z.union([z.enum(['none', 'auto', 'required']), namedTool, allowedTools], {
  error: 'must be "none", "auto", "required", {"type": "function", "function": {"name": "…"}} or {"type": "allowed_tools", …}',
});

/** What would change the answer and cannot be done is refused; other unknown fields are ignored. */
const undoable = {
  logprobs: left(z.literal(false, { error: 'the probabilities of tokens are not given here; leave it out' })),
  top_logprobs: left(z.literal(0, { error: 'the probabilities of tokens are not given here; leave it out' })),
  logit_bias: left(z.strictObject({}, 'single tokens cannot be favoured here; leave it out')),
  functions: left(z.array(z.unknown()).max(0, 'the older form of tools is not read here; send tools and tool_choice instead')),
  modalities: left(z.array(z.literal('text', { error: 'only text can be written here' }))),
};

export const completionRequest = z.object({
  model: nonEmpty.describe(`The id of the installed chat model. ${PROJECT_MODEL}`),
  messages: z.array(incoming).min(1, 'at least one message is needed').max(2000),
  max_tokens: left(z.number().int().min(1)).describe('Older name of `max_completion_tokens`.'),
  max_completion_tokens: left(z.number().int().min(1)),
  temperature: left(z.number().min(0).max(2)),
  top_p: left(z.number().min(0).max(1)),
  seed: left(z.number().multipleOf(1, 'must be a whole number')),
  n: left(z.literal(1, { error: 'one answer at a time: n must be 1' })),
  stop: left(z.union([nonEmpty, z.array(nonEmpty).max(4)], { error: 'must be a text or up to 4 texts, none of them empty' })),
  frequency_penalty: left(z.number().min(-2).max(2)),
  presence_penalty: left(z.number().min(-2).max(2)),
  response_format: left(responseFormat),
  tools: left(z.array(tool).max(128)),
  tool_choice: left(toolChoice),
  parallel_tool_calls: left(z.boolean()),
  stream: left(z.boolean()).describe('Answers with text/event-stream: `data: {chunk}` …, `data: [DONE]`.'),
  stream_options: left(z.object({ include_usage: left(z.boolean()) })),
  ...undoable,
});
export type CompletionRequest = z.output<typeof completionRequest>;

const usage = z.object({
  prompt_tokens: z.number().int(),
  completion_tokens: z.number().int(),
  total_tokens: z.number().int(),
  prompt_tokens_details: z
    .object({ cached_tokens: z.number().int().describe('Tokens of the prompt that were still in memory, and not read again.') })
    .optional(),
});
export type OpenAIUsage = z.output<typeof usage>;
const finishReason = z.enum(['stop', 'length', 'tool_calls']);
export type FinishReason = z.output<typeof finishReason>;

/** Of `pressmark/…` only: beside what the protocol knows. */
const fromDocuments = {
  citations: z.array(citation).optional().describe('`[n]` in the content refers to `n`.'),
  answered: z.boolean().optional().describe('False when the documents do not answer the question.'),
};

const envelope = { id: z.string(), created: z.number().int(), model: z.string() };
const completion = z.object({
  ...envelope,
  object: z.literal('chat.completion'),
  choices: z.array(
    z.object({
      index: z.number().int(),
      message: z.object({
        role: z.literal('assistant'),
        content: z.string().nullable(),
        refusal: z.null(),
        tool_calls: z.array(toolCall).optional(),
        ...fromDocuments,
      }),
      logprobs: z.null(),
      finish_reason: finishReason,
    }),
  ),
  usage,
});
export type Completion = z.output<typeof completion>;
export type CompletionMessage = Completion['choices'][number]['message'];

const chunk = z.object({
  ...envelope,
  object: z.literal('chat.completion.chunk'),
  choices: z.array(
    z.object({
      index: z.number().int(),
      delta: z.object({
        role: z.literal('assistant').optional(),
        content: z.string().optional(),
        tool_calls: z.array(toolCall.extend({ index: z.number().int() })).optional(),
        ...fromDocuments,
      }),
      logprobs: z.null(),
      finish_reason: finishReason.nullable(),
    }),
  ),
  usage: usage.nullish(),
});
export type CompletionChunk = z.output<typeof chunk>;

const embeddingInput = z.string().min(1, 'must not be empty');
export const embeddingRequest = z.object({
  model: nonEmpty.describe('The id of the installed embedding model.'),
  input: z.union([embeddingInput, z.array(embeddingInput).min(1).max(2048)], {
    error: 'must be a text or up to 2048 texts, none of them empty; token numbers cannot be read here, send the text itself',
  }),
  encoding_format: left(z.enum(['float', 'base64'])),
  dimensions: left(z.number().int().min(1)),
  input_type: left(z.enum(['query', 'passage'])).describe('Not of the protocol: `query` for what is searched with; else `passage`.'),
});
export type EmbeddingRequest = z.output<typeof embeddingRequest>;

const embeddings = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({
      object: z.literal('embedding'),
      index: z.number().int(),
      embedding: z.union([z.array(z.number()), z.string()]).describe('Numbers, or base64 of little-endian 32-bit floats.'),
    }),
  ),
  model: z.string(),
  usage: usage.omit({ completion_tokens: true }),
});
export type Embeddings = z.output<typeof embeddings>;

const common = { tag: 'OpenAI', scope: 'read', cost: 'heavy', protocol: 'openai' } as const;
export const openai = {
  models: op({ ...common, cost: 'light', method: 'GET', path: '/v1/models', summary: 'List the models that can be asked' }).output(
    modelList,
  ),
  model: op({
    ...common,
    cost: 'light',
    method: 'GET',
    path: '/v1/models/{+id}',
    summary: 'Get a model; slashes in its id may stay as they are',
  })
    .input(z.object({ id: nonEmpty.max(400) }))
    .output(model),
  complete: op({
    ...common,
    method: 'POST',
    path: '/v1/chat/completions',
    summary: 'Complete a chat',
    description: `${PROJECT_MODEL} Its message has the extra fields \`citations\` and \`answered\`. No conversation is kept. Fields that are not named here are ignored.`,
  })
    .input(completionRequest)
    .output(completion),
  stream: op({
    ...common,
    method: 'POST',
    path: '/v1/chat/completions/stream',
    summary: 'Complete a chat and watch it grow',
    door: 'renderer',
  })
    .input(completionRequest)
    .output(eventIterator(chunk)),
  embed: op({
    ...common,
    cost: 'medium',
    method: 'POST',
    path: '/v1/embeddings',
    summary: 'Turn texts into vectors',
    description:
      'The vectors have unit length and are those that Pressmark searches with. A text longer than the model reads is refused, not cut.',
  })
    .input(embeddingRequest)
    .output(embeddings),
};
