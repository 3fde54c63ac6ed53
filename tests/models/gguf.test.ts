/** GGUF files that are no model for this program: each is refused soon, with what is wrong. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { examineGguf } from '../../src-main/adapters/llm/llama-cpp/gguf-file';
import { smallGguf } from '../support/model-host';
import { temporaryFolder } from '../support/server';

const small = smallGguf(1_000);
const home = temporaryFolder();
const path = join(home.path, 'model.gguf');
afterAll(() => home.remove());

it.each([
  ['for the other order of bytes', patched(4, [0, 0, 0, 3]), /big-endian/],
  ['of the first version', patched(4, [1, 0, 0, 0]), /version \(1\)/],
  ['that does not say what it is', Buffer.concat([small.subarray(0, 8), wide(1), wide(0), Buffer.alloc(500)]), /what kind of model/],
  ['with a list of any length', withList(8, 2 ** 52), /unknown type or length/],
  ['with a list that ends behind everything', withList(4, 2 ** 62), /ends too early/],
  ['that is a part of several', shard(), /^it is part 1 of 3 /],
])('a file %s', async (_what, bytes, said) => {
  writeFileSync(path, bytes);
  await expect(examineGguf(path)).rejects.toThrow(said);
});

function patched(at: number, bytes: number[]): Buffer {
  const copy = Buffer.from(small);
  copy.set(bytes, at);
  return copy;
}
function wide(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
function narrow(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
function written(text: string): Buffer {
  return Buffer.concat([wide(text.length), Buffer.from(text)]);
}

/** A head with one value, a list of that type and length, and hardly anything behind it. */
function withList(type: number, length: number): Buffer {
  const list = [written('list'), narrow(9), narrow(type), wide(length)];
  return Buffer.concat([small.subarray(0, 8), wide(1), wide(2), ...list, Buffer.alloc(2_000)]);
}
function shard(): Buffer {
  const facts = [written('general.architecture'), narrow(8), written('llama'), written('split.count'), narrow(4), narrow(3)];
  return Buffer.concat([small.subarray(0, 8), wide(1), wide(2), ...facts]);
}
