/** What the model said, held against the text: names and sentences that do not stand there are dropped. */
import type { EntityType } from '../../../contract/graph';
import { splitSentences } from '../../documents/sentences';
import type { ChunkGraph, DeepChunk } from '../../ports/graph';
import { keyOf, plainWords } from '../extract/names';
import { NO_NAME, OPENERS } from '../extract/vocabulary';
import type { Said } from './instructions';

interface Found {
  key: string;
  name: string;
  type: EntityType;
  start: number;
  end: number;
}

export const sentencesOf = (text: string): string[] => splitSentences(text).map((sentence) => sentence.text);

export function checkedGraph(chunk: DeepChunk, said: Said[]): ChunkGraph {
  const graph: ChunkGraph = { chunk_id: chunk.chunk_id, entities: [], relations: [] };
  const sentences = splitSentences(chunk.text);
  const place = (start: number, end: number) => ({
    char_start: chunk.char_start + [...chunk.text.slice(0, start)].length,
    char_end: chunk.char_start + [...chunk.text.slice(0, end)].length,
  });
  for (const { source, source_kind, target, target_kind, relation, label, sentence } of said) {
    const one = sentences[sentence - 1];
    if (!one) continue;
    // A sentence that says “he” belongs to the one before it.
    const spans = [one, { ...one, start: sentences[sentence - 2]?.start ?? one.start }];
    const within = spans.find(({ start, end }) => [source, target].every((name) => find(chunk.text, name, start, end) !== null));
    if (!within) continue;
    const [a, b] = [named(chunk, source, source_kind, within, place), named(chunk, target, target_kind, within, place)];
    if (!a || !b || (a.key === b.key && a.type === b.type)) continue;
    const wording = label.trim().replace(/\s+/gu, ' ') || null;
    graph.relations.push({
      source: index(graph, a, place),
      target: index(graph, b, place),
      type: relation,
      label: wording,
      ...place(within.start, within.end),
    });
  }
  return graph;
}

type Place = (start: number, end: number) => { char_start: number; char_end: number };

/** An entity that is known there already, else a new one; null for what is no name. */
function named(chunk: DeepChunk, name: string, kind: EntityType, within: { start: number; end: number }, place: Place): Found | null {
  const at = find(chunk.text, name, within.start, within.end);
  if (at === null) return null;
  const { char_start, char_end } = place(at.start, at.end);
  const known = chunk.known.find((one) => one.char_start < char_end && char_start < one.char_end);
  if (known) return { ...known, ...at };
  const written = chunk.text.slice(at.start, at.end).replace(/\s+/gu, ' ');
  const [first = ''] = plainWords(written);
  const key = keyOf(written);
  if (key === '' || !/[\p{Lu}\p{N}]/u.test(written) || OPENERS.has(key) || NO_NAME.has(key) || (OPENERS.has(first) && key === first))
    return null;
  return { key, name: written, type: kind, ...at };
}

/** As a whole, in whatever case and however its words are spaced. */
function find(text: string, name: string, from: number, to: number): { start: number; end: number } | null {
  const words = name
    .trim()
    .split(/\s+/u)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (words.join('') === '') return null;
  const match = new RegExp(`(?<![\\p{L}\\p{N}])${words.join('\\s+')}(?![\\p{L}\\p{N}])`, 'iu').exec(text.slice(from, to));
  return match ? { start: from + match.index, end: from + match.index + match[0].length } : null;
}

function index(graph: ChunkGraph, { key, name, type, start, end }: Found, place: Place): number {
  const known = graph.entities.findIndex((entity) => entity.key === key && entity.type === type);
  const at = known === -1 ? graph.entities.push({ key, name, type, mentions: [] }) - 1 : known;
  graph.entities[at]?.mentions.push(place(start, end));
  return at;
}
