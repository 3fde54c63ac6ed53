/** The graph's worker thread: finds entities and relations in chunks, and communities among entities. */
import { parentPort } from 'node:worker_threads';
import { communitiesOf } from '../adapters/graph/communities';
import { createLexicon } from '../adapters/graph/lexicon';
import type { FromGraphWorker, ToGraphWorker } from '../adapters/graph/protocol';
import { KnownNames } from '../core/graph/extract/known-names';
import { learnChunks, readChunks } from '../core/graph/extract/read-chunks';
import { findPairs } from '../core/graph/pairs';
import { characteristicWords } from '../core/graph/theme-words';
import { stepBack } from './step-back';

stepBack();
const port = parentPort;
if (!port) throw new Error('graph-worker runs as a worker thread only');
const lexicon = createLexicon();
/** Of the document that is read at the moment. */
let reading = { document_id: '', known: namesOfNone() };

function namesOfNone(): KnownNames {
  return new KnownNames(lexicon.gender);
}

function learn({ document_id, chunks, first, last }: Extract<ToGraphWorker, { type: 'learn' }>): FromGraphWorker {
  if (first) reading = { document_id, known: namesOfNone() };
  // Another document came between: the first chunks would be missing.
  if (reading.document_id !== document_id) return { type: 'learn' };
  learnChunks(chunks, reading.known, lexicon);
  if (last) reading.known.finish();
  return { type: 'learn' };
}

function read({ document_id, chunks, whole }: Extract<ToGraphWorker, { type: 'read' }>): FromGraphWorker {
  if (whole) return { type: 'read', read: readChunks(chunks, namesOfNone(), lexicon) };
  const ready = reading.document_id === document_id && reading.known.finished;
  return { type: 'read', read: ready ? readChunks(chunks, reading.known, lexicon) : null };
}

function answer(question: ToGraphWorker): FromGraphWorker {
  if (question.type === 'communities') return { type: 'communities', groups: communitiesOf(question.edges) };
  if (question.type === 'pairs') return { type: 'pairs', pairs: findPairs(question.names, lexicon.gender) };
  if (question.type === 'theme_words') return { type: 'theme_words', words: characteristicWords(question.classes, lexicon.kindOf) };
  return question.type === 'learn' ? learn(question) : read(question);
}

port.on('message', (question: ToGraphWorker) => {
  try {
    port.postMessage(answer(question));
  } catch (error) {
    port.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error) } satisfies FromGraphWorker);
  }
});
