/** Models: the catalogue, what is installed of it or was imported, and what this machine can carry. */
import { z } from 'zod';
import { op } from './op';
import { absolutePath, CURSORS, id, pageOf, pageQueryBy, visibleText } from './shared';
import { modelState } from './system';

export const modelKind = z.enum(['chat', 'embedding', 'reranker']);
export type ModelKind = z.output<typeof modelKind>;

/** Readable, unlike other ids: that of the catalogue, or of a folder in the models folder. */
const modelId = z.string().min(1).max(200).describe('Catalogue id, or the id that an imported model was given.');
const byModel = z.object({ id: modelId });

export const modelFit = z.object({
  verdict: z.enum(['fits', 'tight', 'too_large', 'unknown']),
  needed_bytes: z.number().int().nullable().describe('Memory for the weights and a conversation.'),
  free_bytes: z.number().int().describe('What programs may still take of the memory that it would lie in.'),
  reason: z.string().describe('One or two sentences with the figures.'),
  memory: z.enum(['ram', 'gpu']).describe('Where it would lie.'),
  weights_bytes: z.number().int().nullable(),
  context_bytes: z.number().int().nullable().describe('Of a conversation of `context_tokens`, with the room that the engine computes in.'),
  context_tokens: z.number().int().nullable().describe('What it would read at once on this machine now.'),
  basis: z.enum(['header', 'catalogue', 'size', 'none']).describe('Where the figures come from: the file itself is the surest.'),
});
export type ModelFit = z.output<typeof modelFit>;

export const model = z.object({
  id: modelId,
  name: z.string(),
  kind: modelKind,
  origin: z
    .enum(['catalogue', 'imported', 'outside', 'external'])
    .describe('`outside`: a file that the configuration names by its path; `external`: an engine elsewhere, to which text is sent.'),
  size_bytes: z.number().int().nullable().describe('Of its files; null while that is not known yet.'),
  licence: z.string().nullable(),
  context_tokens: z.number().int().nullable(),
  languages: z.array(z.string()),
  purpose: z.string().nullable(),
  installed: z.boolean(),
  state: modelState,
  detail: z.string().nullable().describe('Why it failed to load, or cannot be used, in words.'),
  in_use: z.boolean().describe('True for the model that answers or searches right now.'),
  job_id: id.nullable().describe('The job that fetches it, while one does.'),
  fit: modelFit,
  recommended: z.boolean().describe('The one of its kind to take on this machine, as it is now.'),
  parameters: z.number().nullable().describe('How many numbers it was trained to; null when that is not known.'),
  architecture: z.string().nullable(),
  quantisation: z.string().nullable().describe('How the numbers are packed, such as Q4_K_M.'),
  dimensions: z.number().int().nullable().describe('Of an embedding model.'),
  sources: z.array(z.string()).describe('Hosts and registries that it can be fetched from, in the order they are asked.'),
  checksum_known: z.boolean().describe('False: only the digest that the model hub itself states can be checked.'),
  sends_text_to: z.string().nullable().describe('The host that gets the questions and passages; null for what runs on this machine.'),
});
export type Model = z.output<typeof model>;

const HEX = /^[0-9a-fA-F]{64}$/;
export const modelSource = z
  .object({
    path: absolutePath.optional().describe('Absolute path of a GGUF file on this machine.'),
    url: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .max(4096)
      // They would stand in the job, its error and the log.
      .refine((url) => !/^[a-z]+:\/\/[^/?#]*@/i.test(url), 'must have no user name or password in it')
      .optional(),
    sha256: z.string().regex(HEX, 'must be 64 hexadecimal digits').optional().describe('What the bytes must have; else they are refused.'),
    kind: modelKind,
    name: visibleText(200).optional().describe('Left out: the name of the file.'),
  })
  .refine(({ path, url }) => (path === undefined) !== (url === undefined), {
    path: ['path'],
    error: 'give either "path" or "url"',
  });
export type ModelSource = z.output<typeof modelSource>;

const accepted = z.object({ model, job_id: id });
export type AcceptedModel = z.output<typeof accepted>;

/** `https://host/v1`, with which an OpenAI client would be made. */
const baseUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .max(2048)
  .refine((url) => !/^[a-z]+:\/\/[^/?#]*@/i.test(url), 'must have no user name or password in it; give the key as "api_key"')
  .meta({ examples: ['https://models.example/v1'] });

const externalValues = {
  enabled: z.boolean().describe('While true, questions and passages are sent to that address.'),
  base_url: baseUrl.nullable().describe('Of an endpoint that speaks the OpenAI protocol, up to and with `/v1`.'),
  chat_model: z.string().max(200).nullable().describe('Name of the model there that writes answers; null: it writes none.'),
  embedding_model: z.string().max(200).nullable().describe('Name of the model there that makes vectors; null: it makes none.'),
};
export const externalEngine = z.object({ ...externalValues, has_key: z.boolean().describe('A key is kept; it is never shown.') });
export type ExternalEngine = z.output<typeof externalEngine>;
export const externalChange = z
  .object({
    ...externalValues,
    api_key: z.string().min(1).max(4096).nullable().describe('Null forgets the key; left out, the one that is kept stays.'),
  })
  .partial()
  .strict();
export type ExternalChange = z.output<typeof externalChange>;

export const externalTest = z.object({
  ok: z.boolean(),
  models: z.array(z.string()).describe('What the endpoint says it has.'),
  message: z.string(),
});
export type ExternalTest = z.output<typeof externalTest>;

const tag = 'Models';
export const models = {
  list: op({
    method: 'GET',
    path: '/api/models',
    summary: 'List the models of the catalogue and those imported, by id',
    tag,
    scope: 'read',
  })
    .input(pageQueryBy(CURSORS.name).extend({ kind: modelKind.optional(), installed: z.boolean().optional() }))
    .output(pageOf(model)),
  get: op({ method: 'GET', path: '/api/models/{id}', summary: 'Get a model with its state and whether it fits', tag, scope: 'read' })
    .input(byModel)
    .output(model),
  import: op({
    method: 'POST',
    path: '/api/models/import',
    summary: 'Take in a GGUF model from a file or an address',
    description:
      'The job `job_id` copies or downloads it. Bytes that are no GGUF model, or do not match `sha256`, end it as failed with the code NOT_A_MODEL or CHECKSUM_MISMATCH, and nothing is kept.',
    tag,
    scope: 'admin',
    cost: 'heavy',
    status: 202,
  })
    .input(modelSource)
    .output(accepted),
  download: op({
    method: 'POST',
    path: '/api/models/{id}/download',
    summary: 'Fetch a model of the catalogue',
    tag,
    scope: 'admin',
    cost: 'heavy',
    status: 202,
  })
    .input(byModel)
    .output(accepted),
  load: op({
    method: 'POST',
    path: '/api/models/{id}/load',
    summary: 'Load a model into memory; one that failed is tried again',
    tag,
    scope: 'admin',
    cost: 'heavy',
  })
    .input(byModel)
    .output(model),
  unload: op({ method: 'POST', path: '/api/models/{id}/unload', summary: 'Take a model out of memory', tag, scope: 'admin' })
    .input(byModel)
    .output(model),
  remove: op({ method: 'DELETE', path: '/api/models/{id}', summary: 'Delete the files of an installed model', tag, scope: 'admin' })
    .input(byModel)
    .output(z.object({ id: modelId, deleted: z.literal(true) })),
  external: op({
    method: 'GET',
    path: '/api/settings/external-engine',
    summary: 'Get the external engine; off unless somebody switched it on',
    tag,
    scope: 'read',
  }).output(externalEngine),
  setExternal: op({
    method: 'PUT',
    path: '/api/settings/external-engine',
    summary: 'Set up an engine elsewhere that speaks the OpenAI protocol',
    description:
      'Once it is on, its models are listed as `external-chat` and `external-embedding`, and answer when the settings `chat_model` or `embedding_model` name them. ' +
      'Then questions and passages leave this machine.',
    tag,
    scope: 'admin',
  })
    .input(externalChange)
    .output(externalEngine),
  testExternal: op({
    method: 'POST',
    path: '/api/settings/external-engine/test',
    summary: 'Ask the external engine for its models, as it is set up now',
    tag,
    scope: 'admin',
    cost: 'heavy',
  }).output(externalTest),
};
