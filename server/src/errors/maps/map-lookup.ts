// Which source map belongs to a frame.
import type { Exception, Frame } from '../grouping/exception.ts';

/** Parts of a path that are looked for: uploads are relative to a folder, addresses to a host. */
const MAX_PARTS = 12;

/** `https://shop.example/assets/app.js?v=1` may be `assets/app.js` or `app.js` of the upload; the longest first. */
function candidatesOf(file: string): readonly string[] {
  const path = file.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/iu, '').replace(/[?#].*$/su, '');
  const parts = path
    .split(/[\\/]+/u)
    .filter((part) => part !== '')
    .slice(-MAX_PARTS);
  return parts.map((_, start) => parts.slice(start).join('/'));
}

/** A position in a bundle is of use only when it is whole, and nothing better is known. */
export function isMappable(frame: Frame): boolean {
  return frame.line !== null && frame.column !== null && frame.source === null && frame.file !== '';
}

export type Wanted = {
  readonly chunkIds: readonly string[];
  readonly files: readonly string[];
};

/** What is looked for to resolve these. */
export function wantedOf(exceptions: readonly Exception[]): Wanted {
  const frames = exceptions.flatMap((exception) => exception.frames).filter(isMappable);
  return {
    chunkIds: [...new Set(frames.map(({ chunkId }) => chunkId).filter((id) => id !== ''))],
    files: [...new Set(frames.flatMap(({ file }) => candidatesOf(file)))],
  };
}

export type KnownMap = {
  readonly id: string;
  readonly release: string;
  readonly file: string;
  readonly chunkId: string;
};

/** By the chunk's own id, else by file within the release: the longest path, so the least doubt. */
export function mapOf(
  frame: Frame,
  release: string,
  maps: readonly KnownMap[],
): KnownMap | undefined {
  if (frame.chunkId !== '') {
    const own = maps.find(({ chunkId }) => chunkId === frame.chunkId);
    if (own) return own;
  }
  if (release === '') return undefined;
  const inRelease = maps.filter((map) => map.release === release);
  for (const candidate of candidatesOf(frame.file)) {
    const found = inRelease.find(({ file }) => file === candidate);
    if (found) return found;
  }
  return undefined;
}
