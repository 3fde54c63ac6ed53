/** better-sqlite3 13 needs Node-API 10 and this Electron has 9: the copy that came with it takes its place, in the main thread and in workers. */
const Module = require('node:module');
const path = require('node:path');
const threads = require('node:worker_threads');

const native = path.join(path.dirname(process.execPath), '..', 'native', 'node_modules', 'better-sqlite3');
const resolve = Module._resolveFilename;
Module._resolveFilename = function resolveFilename(request, ...rest) {
  return resolve.call(this, request === 'better-sqlite3' ? native : request, ...rest);
};

// A worker begins with modules of its own, so it must be told as well.
threads.Worker = class Worker extends threads.Worker {
  constructor(file, options = {}) {
    super(file, { ...options, execArgv: [...(options.execArgv ?? []), '--require', __filename] });
  }
};
