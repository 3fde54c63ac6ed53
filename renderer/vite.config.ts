/** Builds the window: one page that works under app:// and http alike, with pdf.js and its data served from beside it. */
import { cpSync, createReadStream, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const ROOT = dirname(fileURLToPath(import.meta.url));
const PDFJS = join(ROOT, '../node_modules/pdfjs-dist');
/** What pdf.js loads at run time: character maps for CJK, the standard fonts, image decoders, colour profiles. */
const FOLDERS = ['cmaps', 'standard_fonts', 'wasm', 'iccs'];

function pdfjsData(): Plugin {
  let outDir = '';
  return {
    name: 'pdfjs-data',
    configResolved: (config) => {
      outDir = join(config.root, config.build.outDir);
      if (config.build.outDir.startsWith('/')) outDir = config.build.outDir;
    },
    configureServer: (server) => {
      server.middlewares.use('/pdfjs', (request, response, next) => {
        const path = join(PDFJS, (request.url ?? '').split('?')[0] ?? '');
        if (!path.startsWith(PDFJS) || !existsSync(path)) return next();
        createReadStream(path).pipe(response);
      });
    },
    writeBundle: () => {
      for (const folder of FOLDERS) cpSync(join(PDFJS, folder), join(outDir, 'pdfjs', folder), { recursive: true });
    },
  };
}

export default defineConfig({
  root: ROOT,
  base: './',
  plugins: [react(), tailwindcss(), pdfjsData()],
  build: { outDir: '../dist/renderer', emptyOutDir: true, sourcemap: true, target: 'chrome130', chunkSizeWarningLimit: 1500 },
});
