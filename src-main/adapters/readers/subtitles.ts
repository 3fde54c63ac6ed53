/** Reading subtitles (SRT, WebVTT): what is said, in paragraphs, without times. */
import { readFile } from 'node:fs/promises';
import { decodeText } from './decode';
import { partsOf, type TextBlock } from './parts';
import type { Reading, SourceFile } from './reader';

const TIMES = /^\s*((?:\d+:)?\d+:\d{2}[.,]\d+)\s*-->\s*((?:\d+:)?\d+:\d{2}[.,]\d+)/;
/** Blocks of WebVTT that nobody sees. */
const UNSEEN = /^(?:WEBVTT|NOTE|STYLE|REGION)(?:\s|$)/;
const VOICE = /<v(?:\.[\w.-]+)?\s+([^>]+)>/g;
const TAG = /<\/?(?:[a-z][\w.]*(?:\s[^>]*)?|\d[\d:.]*)>|\{\\[^}]*\}/gi;
const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&nbsp;': ' ', '&lrm;': '', '&rlm;': '' };
/** In seconds; a longer silence begins a paragraph. */
const SILENCE = 4;
/** Longer paragraphs end with the next sentence. */
const LONG = 600;

/** Opens a file of subtitles. */
export async function readSubtitles({ path }: SourceFile): Promise<Reading> {
  const { text, encoding } = decodeText(await readFile(path));
  let last = 0;
  const cues = cuesOf(text);
  for (const { end } of cues) last = Math.max(last, end);
  return {
    total: null,
    paged: false,
    parts: partsOf(paragraphs(cues)),
    metadata: () => ({ encoding, cues: cues.length, ...(last > 0 ? { seconds: Math.round(last) } : {}) }),
  };
}

interface Cue {
  start: number;
  end: number;
  speaker: string | null;
  text: string;
}

function cuesOf(text: string): Cue[] {
  const cues: Cue[] = [];
  for (const block of text.split(/\n[^\S\n]*\n/)) {
    const lines = block.split('\n').filter((line) => line.trim() !== '');
    const at = lines.findIndex((line) => TIMES.test(line));
    if (UNSEEN.test(lines[0] ?? '') && at === -1) continue;
    const [, start = '', end = ''] = TIMES.exec(lines[at] ?? '') ?? [];
    // Without times it goes on with what was said, or is no cue at all.
    const said = lines.slice(at + 1).join('\n');
    for (const [voice, words] of voicesOf(said))
      cues.push({
        start: at === -1 ? (cues.at(-1)?.end ?? 0) : secondsOf(start),
        end: at === -1 ? (cues.at(-1)?.end ?? 0) : secondsOf(end),
        speaker: voice,
        text: words,
      });
  }
  return cues;
}

/** By who speaks. */
function voicesOf(said: string): [string | null, string][] {
  const pieces: [string | null, string][] = [];
  let speaker: string | null = null;
  let from = 0;
  for (const match of [...said.matchAll(VOICE), null]) {
    const words = plain(said.slice(from, match?.index ?? said.length));
    if (words !== '') pieces.push([speaker, words]);
    if (!match) break;
    speaker = (match[1] ?? '').trim();
    from = match.index + match[0].length;
  }
  return pieces;
}

const plain = (words: string) =>
  words
    .replace(TAG, '')
    .replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');

function secondsOf(time: string): number {
  return time
    .replace(',', '.')
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** Lines that run on are one paragraph; captions that scroll say each line again. */
function* paragraphs(cues: Cue[]): Generator<TextBlock> {
  let lines: string[] = [];
  let before: Cue | null = null;
  const paragraph = (): TextBlock => ({ text: lines.join(' '), kind: 'text', heading_path: [] });
  for (const cue of cues) {
    const fresh = cue.text.split('\n').filter((line) => line !== lines.at(-1));
    const length = lines.reduce((sum, line) => sum + line.length, 0);
    const ends = length > LONG && /[.!?…。！？]["”’)]?$/.test(lines.at(-1) ?? '');
    if (lines.length > 0 && (ends || cue.speaker !== before?.speaker || cue.start - (before?.end ?? 0) > SILENCE)) {
      yield paragraph();
      lines = [];
    }
    if (lines.length === 0 && cue.speaker && fresh.length > 0) lines.push(`${cue.speaker}:`);
    lines.push(...fresh);
    before = cue;
  }
  if (lines.length > 0) yield paragraph();
}
