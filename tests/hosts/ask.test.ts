/** The command line host, run as a program. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ChatAnswer } from '../../src-main/contract/chat';
import { ROOT, SAMPLES, temporaryFolder } from '../support/server';

function ask(args: string[], env: Record<string, string> = {}): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(ROOT, 'dist/main/ask.cjs'), ...args], { env: { ...process.env, ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (piece) => {
      stdout += piece;
    });
    child.stderr.on('data', (piece) => {
      stderr += piece;
    });
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
}

const QUOTING = { PRESSMARK_CHAT_MODEL: 'none' };
const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('pressmark-ask-'));

it('answers from a PDF with a page, as JSON and nothing else on stdout, and leaves nothing behind', async () => {
  const before = leftovers();
  const { code, stdout, stderr } = await ask([join(SAMPLES, 'annual-report.pdf'), '--json', 'Who chairs the board?'], QUOTING);
  expect(code, stderr).toBe(0);
  const { message } = JSON.parse(stdout) as ChatAnswer;
  expect(message.citations[0]).toMatchObject({ filename: 'annual-report.pdf', page: expect.any(Number), quote: expect.any(String) });
  expect(leftovers()).toEqual(before);
}, 120_000);

it('prints the answer for people: text, then its sources', async () => {
  const { code, stdout } = await ask([join(SAMPLES, 'annual-report.pdf'), 'Who chairs the board?'], QUOTING);
  expect(code).toBe(0);
  expect(stdout).toMatch(/\[1\] annual-report\.pdf, page \d+: “.+”/);
}, 120_000);

it('keeps the library of --data-dir, so that a second question names no file', async () => {
  const folder = temporaryFolder();
  await ask(['--data-dir', folder.path, join(SAMPLES, 'annual-report.pdf'), 'Who chairs the board?'], QUOTING);
  const { code, stdout } = await ask(['--data-dir', folder.path, 'Who chairs the board?'], QUOTING);
  expect(code).toBe(0);
  expect(stdout).toContain('annual-report.pdf');
  folder.remove();
}, 180_000);

it.each([
  [[], 'question'],
  [['why?'], 'no file'],
  [['/nowhere/report.pdf', 'why?'], '/nowhere/report.pdf'],
  [['--colour', 'a.pdf', 'why?'], '--colour'],
])('exits 2 for %j', async (args, named) => {
  const { code, stdout, stderr } = await ask(args);
  expect(code).toBe(2);
  expect(stderr).toContain(named);
  expect(stdout).toBe('');
});
