/** Documents of our own for fault tests: as many as needed, every one different, every word of each known. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Numbers between 0 and 1, the same ones for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const NOUNS = 'harbour ledger vessel barrel captain schooner receipt berth clerk lantern orchard quarry bridge letter miller weather'.split(
  ' ',
);
const VERBS = 'keeps carries mends counts sells paints remembers buries measures follows'.split(' ');

/** One paragraph under a heading, told by its number. */
export function paragraph(name: string, number: number, random: () => number): string {
  const pick = (words: string[]) => words[Math.floor(random() * words.length)];
  const sentence = () =>
    `The ${pick(NOUNS)} ${pick(VERBS)} the ${pick(NOUNS)} of the ${pick(NOUNS)}, as entry ${Math.floor(random() * 9_999)} says.`;
  return `## ${name}, part ${number}\n\n${Array.from({ length: 6 }, sentence).join(' ')}\n`;
}

/** Writes a Markdown file of so many paragraphs; returns its path. */
export function writeBook(folder: string, name: string, paragraphs: number, random: () => number): string {
  const path = join(folder, `${name}.md`);
  const parts = Array.from({ length: paragraphs }, (_, number) => paragraph(name, number + 1, random));
  writeFileSync(path, `# ${name}\n\n${parts.join('\n')}`);
  return path;
}
