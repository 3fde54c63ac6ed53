/** What followed folders leave out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRules } from '../../src-main/adapters/folders/rules';

const out = (pattern: string, path: string, directory = false): boolean => createRules([pattern])(path, directory);

describe('patterns', () => {
  it.each([
    ['*.log', 'a.log', true],
    ['*.log', 'deep/down/b.LOG', true],
    ['*.log', 'a.logs', false],
    ['notes', 'notes', true],
    ['notes', 'a/notes', true],
    ['notes', 'my notes', false],
    ['/notes/*.md', 'notes/a.md', true],
    ['/notes/*.md', 'x/notes/a.md', false],
    ['/notes/*.md', 'notes/x/a.md', false],
    ['notes/**/a.md', 'notes/a.md', true],
    ['notes/**/a.md', 'notes/x/y/a.md', true],
    ['notes/**', 'notes/x/y', true],
    ['notes/**', 'notes', false],
    ['**/old', 'a/b/old', true],
    ['**', 'anything', true],
    ['**', 'any/thing', true],
    ['**/', 'file', false],
    ['/**', 'a', true],
    ['a/**/**', 'a/b', true],
    ['**/**', 'x', true],
    ['a?c.txt', 'abc.txt', true],
    ['a?c.txt', 'ac.txt', false],
    ['a+(b).[x]', 'a+(b).[x]', true],
    ['a+(b).[x]', 'ab.x', false],
    ['ГОД.*', 'папка/год.txt', true],
    ['\\drafts\\x', 'drafts/x', true],
  ])('%s of %s: %s', (pattern, path, expected) => {
    expect(out(pattern, path)).toBe(expected);
  });

  it('that end with a slash mean folders only', () => {
    expect(out('drafts/', 'drafts', true)).toBe(true);
    expect(out('drafts/', 'a/drafts', true)).toBe(true);
    expect(out('drafts/', 'drafts')).toBe(false);
  });

  it('of any kind are taken, and none takes long', () => {
    const sign = fc.constantFrom('*', '**', '?', '/', 'a', '.', '(', '[', '\\', '😀');
    const pattern = fc.array(sign, { minLength: 1, maxLength: 200 }).map((signs) => signs.join(''));
    fc.assert(fc.property(pattern, (any) => typeof out(any, 'a/aa/annual-report.pdf') === 'boolean'));
    const began = performance.now();
    for (const slow of [`${'*?'.repeat(98)}.zzz`, `${'*a'.repeat(98)}b`, `${'**/'.repeat(60)}zz`])
      expect(out(slow, 'a'.repeat(250))).toBe(false);
    // A matcher that tries all ways would need longer than anybody can wait.
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
