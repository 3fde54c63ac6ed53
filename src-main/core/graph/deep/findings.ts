/** What the chat model found in texts before: the same text is not read twice, in no document and by no restart. */
import { createHash } from 'node:crypto';
import type { Ports } from '../../ports';
import type { ChunkGraph, DeepChunk, DeepFinding, UnreadChunk } from '../../ports/graph';
import { checkedGraph } from './check';
import { readAnswer } from './instructions';

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export const graphOfFinding = (chunk: DeepChunk, { found }: DeepFinding): ChunkGraph => checkedGraph(chunk, readAnswer(found));

/** Adds to chunks that were just read by rules what a model has found in the same texts. */
export async function addKnownFindings(
  { graph }: Pick<Ports, 'graph'>,
  document_id: string,
  chunks: UnreadChunk[],
  read: ChunkGraph[],
): Promise<void> {
  const hashes = chunks.map(({ text }) => hashOf(text));
  const findings = await graph.deepFindings([...new Set(hashes)]);
  for (const [at, chunk] of chunks.entries()) {
    const known = (read[at]?.entities ?? []).flatMap(({ key, name, type, mentions }) =>
      mentions.map((mention) => ({ key, name, type, ...mention })),
    );
    for (const finding of findings.filter(({ hash }) => hash === hashes[at])) {
      await graph.addDeep({ document_id, graph: graphOfFinding({ ...chunk, document_id, known }, finding), finding });
    }
  }
}
