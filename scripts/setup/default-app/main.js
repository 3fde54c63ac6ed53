/** Opens the app folder named by the first argument that is no flag, as Electron's own default app does. */
const { app } = require('electron');
const { readFileSync } = require('node:fs');
const path = require('node:path');

const folder = path.resolve(process.argv.slice(1).find((word) => !word.startsWith('-')) ?? '.');
const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
app.setAppPath(folder);
app.setName(manifest.productName ?? manifest.name);
app.setVersion(manifest.version ?? '0.0.0');

require('./redirect.js');

// A required main runs before Electron is ready, as its own default app ensures too; privileged schemes must be declared by then.
require(path.join(folder, manifest.main ?? 'index.js'));
