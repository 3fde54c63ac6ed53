/** Says whether a build product is up to date: a hash over the content of everything that goes into it. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** What each part is made of, and one file that must be there when it is made. */
export const PARTS = {
  main: {
    inputs: [
      'src-main',
      'src-preload',
      'resources',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'scripts/build.mjs',
      'scripts/build',
    ],
    product: 'dist/main',
  },
  renderer: {
    inputs: ['renderer', 'src-main/contract', 'package-lock.json', 'scripts/build.mjs', 'scripts/build'],
    product: 'dist/renderer/index.html',
  },
};

/** Hash of one part's inputs, in hex. */
export function inputHash(part, root = ROOT) {
  const hash = createHash('sha256');
  for (const input of PARTS[part].inputs) addTo(hash, join(root, input), root);
  return hash.digest('hex');
}

function addTo(hash, path, root) {
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch {
    if (existsSync(path)) hash.update(`${relative(root, path)}\0`).update(readFileSync(path));
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) addTo(hash, join(path, entry.name), root);
}

const stampPath = (part, root) => join(root, 'dist', `.stamp-${part}`);

/** True when the part was built from exactly these inputs. */
export function isFresh(part, root = ROOT) {
  if (!existsSync(join(root, PARTS[part].product))) return false;
  try {
    return readFileSync(stampPath(part, root), 'utf8') === inputHash(part, root);
  } catch {
    return false;
  }
}

/** Remembers what the part was built from; `hash` is taken before the build, so that an edit during it is not lost. */
export function writeStamp(part, hash, root = ROOT) {
  mkdirSync(dirname(stampPath(part, root)), { recursive: true });
  writeFileSync(stampPath(part, root), hash);
}
