/** Finds the Node that runs Pressmark: the system's when it is new enough, else the one among the dependencies. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../build/stamp.mjs';

/** better-sqlite3 13 needs Node-API 10. */
const OLDEST = [22, 14];

/** @returns {string | null} path of a Node of version 22.14 or newer */
export function findNode() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const path = join(ROOT, 'node_modules', `node-${system}-${process.arch}`, 'bin', file);
  return existsSync(path) ? path : null;
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** The environment for programs under that Node: it and the dependencies' commands come first on PATH. */
export function nodeEnvironment(node) {
  const separator = process.platform === 'win32' ? ';' : ':';
  const folders = [join(node, '..'), join(ROOT, 'node_modules', '.bin'), process.env.PATH];
  return { ...process.env, PATH: folders.join(separator) };
}
