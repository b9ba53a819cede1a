// Builds the web app into the server's folder, with each file also compressed ahead of time so that
// the server never spends its time on that.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { RouteContract } from 'serin/contract';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const outDir = join(import.meta.dirname, '../server/web');
const SERVER = 'http://127.0.0.1:8000';
/** Below this, headers outweigh what compression saves. */
const MIN_COMPRESSED_BYTES = 1024;

function precompress(): Plugin {
  return {
    name: 'serin:precompress',
    apply: 'build',
    async closeBundle() {
      const files = await readdir(outDir, { recursive: true });
      for (const file of files.filter((name) => /\.(js|css|html|svg)$/.test(name))) {
        const path = join(outDir, file);
        const bytes = await readFile(path);
        if (bytes.length < MIN_COMPRESSED_BYTES) continue;
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
        await writeFile(`${path}.gz`, gzipSync(bytes, { level: 9 }));
        await writeFile(`${path}.br`, brotliCompressSync(bytes, { params }));
      }
    },
  };
}

/** Method and path of every route, so that the browser gets those without the schemas. */
async function routeTable(): Promise<Record<string, string>> {
  const { api } = await import('serin/contract');
  const features = Object.entries(api) as [string, Record<string, RouteContract>][];
  return Object.fromEntries(
    features.flatMap(([feature, routes]) =>
      Object.entries(routes).map(([name, { method, path }]) => [
        `${feature}.${name}`,
        `${method} ${path}`,
      ]),
    ),
  );
}

export default defineConfig(async () => ({
  root: import.meta.dirname,
  define: { __SERIN_ROUTES__: JSON.stringify(await routeTable()) },
  plugins: [react(), precompress()],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2023',
    // The first versions with light-dark(), which the minifier would otherwise rewrite wrongly: the
    // scheme is chosen at run time.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Icons and the logo stay files, so that the page needs no data: URLs in its policy.
    assetsInlineLimit: 0,
    rolldownOptions: {
      // The player of recordings is a document of its own, with a policy of its own.
      input: ['index.html', 'replay-player.html'].map((page) => join(import.meta.dirname, page)),
      output: {
        // Few files instead of one per component and icon: a page then opens with a handful of requests.
        codeSplitting: {
          groups: [
            {
              name: 'react',
              test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/,
              priority: 2,
            },
            // Only pages with charts need it.
            { name: 'scale', test: /node_modules[\\/](@visx|d3-)/, priority: 2 },
            { name: 'shared', minShareCount: 3, priority: 1 },
          ],
        },
      },
    },
  },
  worker: { format: 'es' as const },
  server: {
    port: 5173,
    proxy: Object.fromEntries(
      ['/api', '/healthz', '/readyz', '/static', '/array'].map((path) => [path, SERVER]),
    ),
  },
}));
