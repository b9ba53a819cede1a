// The scripts that posthog-js loads from its host, out of the pinned npm package: read once, compressed
// once, then served from memory. Only names that the package really has can be asked for.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);

export type BrowserFile = {
  readonly plain: Buffer;
  readonly gzipped: Buffer;
  /** Strong entity tag of the plain form. */
  readonly etag: string;
};

export interface BrowserFiles {
  /** Version of posthog-js whose files these are. */
  readonly version: string;
  /** The script with that file name, or undefined when the package has none. */
  find(name: string): Promise<BrowserFile> | undefined;
}

/** Opens the installed package; only names are read now, contents when first asked for. */
export function openBrowserFiles(): BrowserFiles {
  const manifest = fileURLToPath(import.meta.resolve('posthog-js/package.json'));
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const folder = join(dirname(manifest), 'dist');
  const names = new Set(readdirSync(folder).filter((name) => name.endsWith('.js')));
  const loaded = new Map<string, Promise<BrowserFile>>();
  return {
    version,
    find(name) {
      if (!names.has(name)) return undefined;
      const known = loaded.get(name);
      if (known) return known;
      const file = load(join(folder, name));
      loaded.set(name, file);
      // A failed read is not remembered: the next request tries again.
      file.catch(() => loaded.delete(name));
      return file;
    },
  };
}

async function load(path: string): Promise<BrowserFile> {
  return toBrowserFile(await readFile(path));
}

/** A script ready to be served. */
export async function toBrowserFile(plain: Buffer): Promise<BrowserFile> {
  const gzipped = await compress(plain, { level: 9 });
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 27)}"`;
  return { plain, gzipped, etag };
}
