// Lines of the recorded console (rrweb's console plugin: `payload` holds JSON texts, `trace` "fn (url:l:c)").
import { isFields, type RrwebEvent, textOf, TYPE } from './rrweb-event.ts';

type LogLevel = 'error' | 'warn' | 'info';
export type LogLine = {
  readonly atMs: number;
  readonly level: LogLevel;
  readonly text: string;
  readonly trace: readonly string[];
};

const PLUGIN = 'rrweb/console@1';
const LEVELS: Readonly<Record<string, LogLevel>> = {
  error: 'error',
  assert: 'error',
  warn: 'warn',
};

export function readLog({ type, timestamp, data }: RrwebEvent): LogLine | undefined {
  if (type !== TYPE.plugin || data['plugin'] !== PLUGIN || !isFields(data['payload']))
    return undefined;
  const { level, payload, trace } = data['payload'];
  return {
    atMs: timestamp,
    level: LEVELS[textOf(level)] ?? 'info',
    text: (Array.isArray(payload) ? payload : []).map(plain).join(' '),
    trace: (Array.isArray(trace) ? trace : []).filter((line) => typeof line === 'string'),
  };
}

/** A text without the quotes of its JSON; anything else as it was written. */
function plain(part: unknown): string {
  const text = textOf(part);
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    // Long texts are cut by the recorder, quotes included.
    return text;
  }
}
