// Which exceptions are one issue: those with the same signature. It holds the type, the shape of the message and the
// innermost frames of the app, of each exception of the chain; no line numbers, which change with every release.
import type { Exception, Frame } from './exception.ts';
import { messageShape } from './message-shape.ts';

/** Causes further down say little that the first ones do not. */
const CHAIN_DEPTH = 4;
/** More would tell apart the ways on which code came to the same fault. */
const APP_FRAMES = 5;
const MAX_OWN_CHARS = 500;
/** In a bundle all code is on few, long lines; a name that a minifier gave changes with every build. */
const MINIFIED_FROM_COLUMN = 500;
/** Folders of a path that are kept: those above differ between machines and deployments. */
const PATH_PARTS = 3;

/**
 * The text that exceptions of one issue share.
 * @param own the client's `$exception_fingerprint`: it decides alone when it is a text that is not empty
 */
export function signatureOf(exceptions: readonly Exception[], own?: unknown): string {
  if (typeof own === 'string' && own.trim() !== '') return `own\n${own.slice(0, MAX_OWN_CHARS)}`;
  return exceptions.slice(0, CHAIN_DEPTH).map(partOf).join('\n--\n');
}

function partOf({ type, message, frames }: Exception): string {
  return [type, messageShape(message), ...tellingFrames(frames).map(placeOf)].join('\n');
}

/** The innermost frames of the app; without any, the innermost of all. Repetition (recursion) counts once. */
export function tellingFrames(frames: readonly Frame[]): readonly Frame[] {
  const own = frames.filter(({ isInApp }) => isInApp);
  const telling: Frame[] = [];
  for (const frame of own.length > 0 ? own : frames.slice(0, 1)) {
    const last = telling.at(-1);
    if (last && placeOf(last) === placeOf(frame)) continue;
    telling.push(frame);
    if (telling.length === APP_FRAMES) break;
  }
  return telling;
}

function placeOf(frame: Frame): string {
  const isMinified = frame.source === null && (frame.column ?? 0) >= MINIFIED_FROM_COLUMN;
  return `${isMinified ? '' : messageShape(frame.function)}@${frame.module || fileShape(frame.file)}`;
}

/** `https://shop.example/assets/app.3f2a9c1b.js?v=2` → `/assets/app.<id>.js`. */
function fileShape(file: string): string {
  const path = file.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/iu, '').replace(/[?#].*$/su, '');
  const parts = path.split(/[\\/]+/u).slice(-PATH_PARTS);
  return parts.map((part) => part.split('.').map(foldHash).join('.')).join('/');
}

/**
 * Bundlers name files by their content: `index-DhQ3x9aL.js`. Those of Vite, Rollup and esbuild have 8 characters of any
 * kind, `-` too; what has neither a digit nor a capital within is taken for a word. Others are told by a digit.
 */
const foldHash = (part: string): string =>
  part
    .replace(/-(?=\d|[\w-]{1,7}[A-Z\d])[\w-]{8}$/u, '-<id>')
    .replace(/(^|[-_])(?=[\w]*\d)[A-Za-z0-9_]{8,}$/u, '$1<id>')
    .replaceAll(/\d+/gu, '<n>');
