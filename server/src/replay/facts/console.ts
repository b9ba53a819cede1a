// What a page wrote to the console (`rrweb/console@1`).
import { type JsonObject, storableText } from '#kernel/json';

export type ConsoleLine = {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly level: 'log' | 'warn' | 'error';
  readonly message: string;
};

/** As PostHog keeps of each for search. */
const MAX_MESSAGE_CHARS = 2999;

/** The line of a plugin event's payload; its arguments are JSON texts. */
export function consoleLineOf({ level, payload }: JsonObject, atMs: number): ConsoleLine {
  const parts = Array.isArray(payload) ? (payload as unknown[]) : [];
  const message = parts.map((part) => plain(String(part))).join(' ');
  return {
    atMs,
    level: levelOf(level),
    message: storableText(message.slice(0, MAX_MESSAGE_CHARS)),
  };
}

function levelOf(level: unknown): ConsoleLine['level'] {
  if (level === 'error' || level === 'assert') return 'error';
  return level === 'warn' ? 'warn' : 'log';
}

/** A text without the quotes that the recorder put round it. */
function plain(part: string): string {
  if (!part.startsWith('"')) return part;
  try {
    return String(JSON.parse(part));
  } catch {
    return part;
  }
}
