// Reads what SDKs report as `$exception_list`, within bounds in every dimension. Shapes: posthog-js 1.130 to 1.449,
// posthog-node 5, posthog-python 7 (all of Sentry's form), and OTLP logs, which have no frames. The first exception is
// the one that was caught, each further one the cause of the one before; of frames the last is the innermost.
import { isJsonObject, type JsonObject, type JsonValue } from '#kernel/json';

export type Frame = {
  /** What the SDK says it runs on, such as `web:javascript`, `node:javascript`, `python`; empty when it does not. */
  readonly platform: string;
  /** Address or path of the file. */
  readonly file: string;
  readonly module: string;
  /** Empty when it has no name. */
  readonly function: string;
  /** From 1. */
  readonly line: number | null;
  /** From 1. */
  readonly column: number | null;
  readonly isInApp: boolean;
  /** Names the uploaded source map of a bundle's file. */
  readonly chunkId: string;
  /** The lines around, where they are known. */
  readonly source: SourceLines | null;
};

export type SourceLines = {
  readonly before: readonly string[];
  readonly line: string;
  readonly after: readonly string[];
};

export type Exception = {
  readonly type: string;
  readonly message: string;
  /** Null when the SDK does not say whether code caught it. */
  readonly isHandled: boolean | null;
  /** The innermost first. */
  readonly frames: readonly Frame[];
};

/** Exceptions of a chain beyond it are left out. */
export const MAX_EXCEPTIONS = 10;
/** Frames of one exception: of longer stacks the innermost. SDKs send at most 50. */
export const MAX_FRAMES = 100;
const MAX_TYPE_CHARS = 200;
const MAX_MESSAGE_CHARS = 2000;
const MAX_NAME_CHARS = 500;
const MAX_LINE_CHARS = 400;
const MAX_LINES_AROUND = 7;

/** Never empty: what cannot be read is an `Error` without a message. */
export function readExceptions(list: unknown): readonly Exception[] {
  const items = Array.isArray(list) ? list.slice(0, MAX_EXCEPTIONS) : [];
  const exceptions = items.filter(isJsonObject).map(readException);
  return exceptions.length > 0 ? exceptions : [readException({})];
}

function readException(item: JsonObject): Exception {
  const mechanism = isJsonObject(item['mechanism']) ? item['mechanism'] : {};
  const stack = isJsonObject(item['stacktrace']) ? item['stacktrace'] : {};
  const frames = Array.isArray(stack['frames']) ? stack['frames'].slice(-MAX_FRAMES) : [];
  const { handled } = mechanism;
  return {
    type: text(item['type'], MAX_TYPE_CHARS) || 'Error',
    message: text(item['value'], MAX_MESSAGE_CHARS),
    isHandled: typeof handled === 'boolean' ? handled : null,
    frames: frames.filter(isJsonObject).map(readFrame).toReversed(),
  };
}

function readFrame(item: JsonObject): Frame {
  return {
    platform: text(item['platform'], MAX_TYPE_CHARS),
    file: text(item['filename'], MAX_NAME_CHARS) || text(item['abs_path'], MAX_NAME_CHARS),
    module: text(item['module'], MAX_NAME_CHARS),
    function: nameOf(text(item['function'], MAX_NAME_CHARS)),
    line: position(item['lineno']),
    column: position(item['colno']),
    isInApp: item['in_app'] === true,
    chunkId: text(item['chunk_id'], MAX_TYPE_CHARS),
    source: sourceOf(item),
  };
}

/** How SDKs and engines call a function that has no name. */
const NAMELESS: ReadonlySet<string> = new Set(['?', '<anonymous>', '<unknown>', 'anonymous']);

const nameOf = (name: string): string => (NAMELESS.has(name) ? '' : name);

function sourceOf(item: JsonObject): SourceLines | null {
  const line = item['context_line'];
  if (typeof line !== 'string') return null;
  return {
    before: lines(item['pre_context']).slice(-MAX_LINES_AROUND),
    line: line.slice(0, MAX_LINE_CHARS),
    after: lines(item['post_context']).slice(0, MAX_LINES_AROUND),
  };
}

const lines = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.slice(-50).map((line) => text(line, MAX_LINE_CHARS)) : [];

function text(value: JsonValue | undefined, max: number): string {
  if (typeof value === 'string') return value.slice(0, max);
  return typeof value === 'number' ? String(value) : '';
}

/** Positions count from 1. */
function position(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}
