/**
 * Adds to package-lock.json the optional packages of other systems that npm left out because the registry it was made with did not
 * list them; without them `npm ci` refuses the lock. Run it after every `npm install` that changes the lock. An entry added here
 * has no checksum: npm takes it from the registry of whoever installs on that system.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const path = join(resolve(import.meta.dirname, '..'), 'package-lock.json');
const SYSTEMS = {
  android: 'android',
  darwin: 'darwin',
  mac: 'darwin',
  linux: 'linux',
  win: 'win32',
  win32: 'win32',
  freebsd: 'freebsd',
  openharmony: 'openharmony',
};
const PROCESSORS = {
  arm64: 'arm64',
  arm64ec: 'arm64',
  x64: 'x64',
  x86: 'ia32',
  ia32: 'ia32',
  arm: 'arm',
  armv7l: 'arm',
  armv7: 'arm',
  riscv64: 'riscv64',
  ppc64: 'ppc64',
  s390x: 's390x',
  wasm32: 'wasm32',
};

/** `os`, `cpu` and `libc` as the name tells them: they keep npm from installing it elsewhere. */
function limitsOf(name) {
  const words = name.split(/[-./_]/).map((word) => word.replace(/^(?:gnueabihf|musleabihf|msvc|gnu|eabi)$/, ''));
  const os = words.map((word) => SYSTEMS[word]).filter(Boolean);
  const cpu = words.map((word) => PROCESSORS[word]).filter(Boolean);
  const libc = os.includes('linux') ? (/musl/.test(name) ? ['musl'] : /gnu/.test(name) ? ['glibc'] : []) : [];
  return { ...(cpu.length > 0 ? { cpu } : {}), ...(libc.length > 0 ? { libc } : {}), ...(os.length > 0 ? { os } : {}) };
}

/** Where npm looks for a dependency of the package at `from`: beside it, then outwards. */
function isResolved(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`]) return true;
    if (at === '' || !at.includes('/node_modules/')) return Boolean(packages[`node_modules/${name}`]);
  }
}

const lock = JSON.parse(readFileSync(path, 'utf8'));
let added = 0;
for (const [from, { optionalDependencies = {}, dev, devOptional }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (isResolved(lock.packages, from, name) || !/^\d/.test(version)) continue;
    lock.packages[`node_modules/${name}`] = { version, ...limitsOf(name), ...(dev || devOptional ? { dev: true } : {}), optional: true };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.error(`${added} packages of other systems added to package-lock.json`);
