/** The graph's worker thread: finds entities and relations in chunks, and communities among entities. */
import { parentPort } from 'node:worker_threads';
import { communitiesOf } from '../adapters/graph/communities';
import { createLexicon } from '../adapters/graph/lexicon';
import type { FromGraphWorker, ToGraphWorker } from '../adapters/graph/protocol';
import { KnownNames } from '../core/graph/extract/known-names';
import { readChunks } from '../core/graph/extract/read-chunks';
import { findPairs } from '../core/graph/pairs';
import { characteristicWords } from '../core/graph/theme-words';
import { stepBack } from './step-back';

stepBack();
const port = parentPort;
if (!port) throw new Error('graph-worker runs as a worker thread only');
const lexicon = createLexicon();
/** Of the document that is read at the moment: its earlier chunks help with the next. */
let reading = { document_id: '', known: new KnownNames() };

function answer(question: ToGraphWorker): FromGraphWorker {
  if (question.type === 'communities') return { type: 'communities', groups: communitiesOf(question.edges) };
  if (question.type === 'pairs') return { type: 'pairs', pairs: findPairs(question.names) };
  if (question.type === 'theme_words') return { type: 'theme_words', words: characteristicWords(question.classes) };
  const { document_id, after, chunks } = question;
  if (after === 0 || reading.document_id !== document_id) reading = { document_id, known: new KnownNames() };
  return { type: 'read', read: readChunks(chunks, reading.known, lexicon) };
}

port.on('message', (question: ToGraphWorker) => {
  try {
    port.postMessage(answer(question));
  } catch (error) {
    port.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error) } satisfies FromGraphWorker);
  }
});
