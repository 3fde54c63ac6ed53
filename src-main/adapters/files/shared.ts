/** Originals of several servers: kept together where all reach them, with copies on this disk of those that were read here. */
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { FileStore, SharedOriginals } from '../../core/ports/file-store';
import type { Log } from '../../core/ports/runtime';

const PIECE = 1024 * 1024;
/** Copies that one question asks after. */
const ASKED = 500;

interface Place {
  /** The copies on this disk; nothing else may lie there. */
  disk: FileStore;
  originals: SharedOriginals;
  log: Log;
}

export function createSharedFiles({ disk, originals, log }: Place): FileStore {
  const fetching = new Map<string, Promise<string>>();

  async function fetch(sha256: string): Promise<string> {
    const source = await originals.read(sha256);
    if (source === null) return disk.path(sha256);
    const staged = await disk.stage(Readable.from(source), Number.MAX_SAFE_INTEGER);
    if (staged.sha256 === sha256) return disk.keep(staged);
    await disk.discard(staged);
    log.error('an original is not what its hash says', { sha256 });
    return disk.path(sha256);
  }

  /** Of one that many wait for, one copy is made. */
  async function ready(sha256: string): Promise<string> {
    const path = disk.path(sha256);
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
    const coming = fetching.get(sha256) ?? fetch(sha256).finally(() => fetching.delete(sha256));
    fetching.set(sha256, coming);
    return coming;
  }

  return {
    ...disk,
    ready,
    claim: originals.claim,
    /** First where everyone finds it: only then is it accepted. */
    async keep(staged) {
      await originals.write(staged, createReadStream(staged.path, { highWaterMark: PIECE }));
      return disk.keep(staged);
    },
    async remove(sha256) {
      if (await originals.remove(sha256)) await disk.remove(sha256);
    },
    forget: (sha256) => disk.remove(sha256),
    list: originals.list,
    /** Copies of what others deleted meanwhile go, too. */
    async sweep(reading) {
      await disk.sweep(reading);
      for await (const some of inGroups(disk.list(), ASKED)) {
        const present = await originals.among(some);
        for (const sha256 of some) if (!present.has(sha256)) await disk.remove(sha256);
      }
    },
  };
}

async function* inGroups(hashes: AsyncIterable<string>, size: number): AsyncGenerator<string[]> {
  let group: string[] = [];
  for await (const one of hashes) {
    group.push(one);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
