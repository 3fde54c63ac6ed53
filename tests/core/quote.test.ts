/** Pressmarks hold the words they are for. */
import { describe, expect, it } from 'vitest';
import type { FoundChunk } from '../../src-main/core/ports/records';
import { sentenceAt } from '../../src-main/core/search/quote';

const chunkOf = (text: string) =>
  ({ id: 'c', document_id: 'd', filename: 'f', page_from: null, page_label: null, text, char_start: 100 }) as FoundChunk;

describe('the sentence around a name', () => {
  it('is one sentence', () => {
    const text = 'It rained. Ada Byron slept. It rained.';
    const at = 100 + text.indexOf('Ada');
    expect(sentenceAt(chunkOf(text), { char_start: at, char_end: at + 9 }).quote).toBe('Ada Byron slept.');
  });

  it('holds a name that a line break cuts in two', () => {
    const text = '😀 Short line with Lady\nMargaret Graham on it.';
    const at = 100 + [...text.slice(0, text.indexOf('Lady'))].length;
    const { quote, char_start, char_end } = sentenceAt(chunkOf(text), { char_start: at, char_end: at + 13 });
    expect(quote).toContain('Lady\nMargaret');
    expect([...text].slice(char_start - 100, char_end - 100).join('')).toBe(quote);
  });
});
