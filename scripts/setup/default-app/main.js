/** Opens the app folder named by the first argument that is no flag, as Electron's own default app does. */
const { app } = require('electron');
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const folder = path.resolve(process.argv.slice(1).find((word) => !word.startsWith('-')) ?? '.');
const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
app.setAppPath(folder);
app.setName(manifest.productName ?? manifest.name);
app.setVersion(manifest.version ?? '0.0.0');

// better-sqlite3 13 needs Node-API 10 and this Electron has 9: the copy that came with it takes its place.
const native = path.join(path.dirname(process.execPath), '..', 'native', 'node_modules', 'better-sqlite3');
const resolve = Module._resolveFilename;
Module._resolveFilename = function resolveFilename(request, ...rest) {
  return resolve.call(this, request === 'better-sqlite3' ? native : request, ...rest);
};

// A required main runs before Electron is ready, as its own default app ensures too; privileged schemes must be declared by then.
require(path.join(folder, manifest.main ?? 'index.js'));
