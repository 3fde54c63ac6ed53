/** Cuts the text of an answer into words, citation signs and doubtful sentences, as a plug-in of the Markdown renderer. */
import type { Nodes, Parent, Text } from 'mdast';
import type { CheckedSentence } from '../../src-main/contract/chat';

interface Range {
  start: number;
  end: number;
  /** Why the sentence is in doubt. */
  reason: string;
}

/** Code-point offsets, as the contract has them, to the UTF-16 offsets that strings use here. */
export function utf16Offsets(text: string, points: number[]): Map<number, number> {
  const wanted = new Set(points);
  const found = new Map<number, number>();
  let unit = 0;
  let point = 0;
  for (const character of text) {
    if (wanted.has(point)) found.set(point, unit);
    unit += character.length;
    point++;
  }
  if (wanted.has(point)) found.set(point, unit);
  return found;
}

function reasonOf({ citations }: CheckedSentence): string {
  const advice = 'Check it before you rely on it.';
  if (citations.length === 0) return `This sentence names no source in your documents. ${advice}`;
  if (citations.length === 1) return `Source ${citations[0]} does not say this in so many words. ${advice}`;
  return `Sources ${citations.join(' and ')} do not say this in so many words. ${advice}`;
}

export function doubtfulRanges(content: string, sentences: CheckedSentence[]): Range[] {
  const doubtful = sentences.filter(({ supported }) => !supported);
  const offsets = utf16Offsets(
    content,
    doubtful.flatMap(({ char_start, char_end }) => [char_start, char_end]),
  );
  return doubtful.map((sentence) => ({
    start: offsets.get(sentence.char_start) ?? 0,
    end: offsets.get(sentence.char_end) ?? content.length,
    reason: reasonOf(sentence),
  }));
}

const element = (hName: string, text: string, hProperties: Record<string, string>): Text =>
  ({ type: 'text', value: text, data: { hName, hProperties, hChildren: [{ type: 'text', value: text }] } }) as Text;

function cutText(node: Text, doubts: Range[]): Text[] {
  const base = node.position?.start.offset ?? 0;
  const parts: Text[] = [];
  const plain = (from: number, to: number) => {
    const edges = new Set([from, to]);
    for (const { start, end } of doubts) {
      for (const edge of [start - base, end - base]) if (edge > from && edge < to) edges.add(edge);
    }
    const cuts = [...edges].sort((a, b) => a - b);
    for (const [index, start] of cuts.slice(0, -1).entries()) {
      const text = node.value.slice(start, cuts[index + 1]);
      const middle = base + start;
      const doubt = doubts.find((range) => middle >= range.start && middle < range.end);
      // A lone full stop is no stop for the Tab key.
      parts.push(
        doubt && /[\p{L}\p{N}]/u.test(text) ? element('span', text, { 'data-reason': doubt.reason }) : { type: 'text', value: text },
      );
    }
  };
  let at = 0;
  // A full stop after a sign is shown before it, so that no line begins with it.
  for (const match of node.value.matchAll(/\s?(\[\d{1,3}\](?:\s?\[\d{1,3}\])*)([.,;:!?。！？]?)/g)) {
    const end = match.index + match[0].length;
    plain(at, match.index);
    if (match[2]) plain(end - match[2].length, end);
    for (const [, n = ''] of (match[1] ?? '').matchAll(/\[(\d+)\]/g)) parts.push(element('cite', n, { 'data-n': n }));
    at = end;
  }
  plain(at, node.value.length);
  return parts.filter(({ value }) => value !== '');
}

function walk(parent: Parent, doubts: Range[]): void {
  parent.children = parent.children.flatMap((child): Nodes[] => {
    if (child.type === 'text') return cutText(child, doubts);
    if ('children' in child) walk(child, doubts);
    return [child];
  }) as Parent['children'];
}

/** @param doubts UTF-16 ranges of the Markdown source whose sentences the check did not confirm */
export const markAnswer = (doubts: Range[]) => () => (tree: Nodes) => {
  if ('children' in tree) walk(tree, doubts);
};
