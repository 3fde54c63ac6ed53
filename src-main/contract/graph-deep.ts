/** Deep extraction: the chat model reads the documents for relations that rules do not find. */
import { z } from 'zod';
import { failure } from './documents';
import { op } from './op';
import { id, timestamp } from './shared';

const scopeOf = { id, document_id: id.optional().describe('Only this document of the project.') };

export const deepEstimate = z.object({
  model: z.string().nullable().describe('The chat model that would read; null when none is installed, and nothing can be started.'),
  chunks: z.number().int().describe('Chunks of text in all.'),
  chunks_cached: z.number().int().describe('Of these, read by this model before: they cost nothing.'),
  prompt_tokens: z.number().int().describe('What the model will read, about.'),
  completion_tokens: z.number().int().describe('What it will write, about.'),
  minutes: z.number().nullable().describe('Null when no speed was measured and none can be.'),
  basis: z
    .enum(['measured', 'assumed'])
    .describe('measured: by the speed of this model on this machine; assumed: by a cautious figure, until it has read a first chunk.'),
});
export type DeepEstimate = z.output<typeof deepEstimate>;

export const deepState = z.enum(['idle', 'queued', 'running', 'paused', 'done', 'failed', 'cancelled']);
export const deepRun = z.object({
  project_id: id,
  document_id: id.nullable().describe('Null when all documents of the project are read.'),
  state: deepState.describe('idle: never started.'),
  job_id: id.nullable(),
  model: z.string().nullable(),
  chunks: z.number().int(),
  chunks_done: z.number().int().describe('Survives a restart, a pause and a cancel: what was read is not read again.'),
  eta_s: z.number().nullable(),
  error: failure.nullable(),
  updated_at: timestamp.nullable(),
});
export type DeepRun = z.output<typeof deepRun>;

const tag = 'Graph';
const input = z.object(scopeOf);
export const graphDeep = {
  deepEstimate: op({
    method: 'POST',
    path: '/api/projects/{id}/graph/deep/estimate',
    summary: 'What deep extraction would cost: chunks, tokens, minutes',
    description: 'Starts nothing.',
    tag,
    scope: 'read',
    cost: 'medium',
  })
    .input(input)
    .output(deepEstimate),
  deep: op({
    method: 'GET',
    path: '/api/projects/{id}/graph/deep',
    summary: 'How deep extraction stands',
    tag,
    scope: 'read',
  })
    .input(input)
    .output(deepRun),
  startDeep: op({
    method: 'POST',
    path: '/api/projects/{id}/graph/deep',
    summary: 'Have the chat model read for the graph, in the background',
    description:
      'Also goes on with what was paused, cancelled or failed. Chats go first. Every relation has a sentence of the documents that was found there word by word; what the model made up is dropped.',
    tag,
    scope: 'write',
    cost: 'heavy',
    status: 202,
  })
    .input(input)
    .output(deepRun),
  pauseDeep: op({
    method: 'POST',
    path: '/api/projects/{id}/graph/deep/pause',
    summary: 'Pause deep extraction behind the chunk it is at',
    description: 'It stays paused over restarts, until it is resumed or cancelled.',
    tag,
    scope: 'write',
  })
    .input(input)
    .output(deepRun),
  resumeDeep: op({
    method: 'POST',
    path: '/api/projects/{id}/graph/deep/resume',
    summary: 'Go on with deep extraction that was paused',
    tag,
    scope: 'write',
    status: 202,
  })
    .input(input)
    .output(deepRun),
  cancelDeep: op({
    method: 'POST',
    path: '/api/projects/{id}/graph/deep/cancel',
    summary: 'End deep extraction; what it found stays',
    tag,
    scope: 'write',
  })
    .input(input)
    .output(deepRun),
};
