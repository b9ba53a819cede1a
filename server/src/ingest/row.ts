// The row of an event as ClickHouse reads it (JSONEachRow): written once, when the event is accepted; only
// the person is added later. A property's value is its JSON text, so that `1` and `"1"` stay different.
import type { PersonMode } from '#identity/person';
import type { JsonValue } from '#kernel/json';
import type { NormalizedEvent } from './event.ts';

/** About 1 MB: longer events are refused. */
export const MAX_ROW_CHARS = 1_000_000;

/** The row without its end: {@link finishRow} adds the person. */
export function openRow(event: NormalizedEvent, environmentId: number, receivedMs: number): string {
  return (
    `{"environment_id":${environmentId},"uuid":"${event.uuid}","event":${JSON.stringify(event.event)}` +
    `,"timestamp":"${sqlTime(event.atMs)}","distinct_id":${JSON.stringify(event.distinctId)}` +
    `,"session_id":${JSON.stringify(event.sessionId)},"flag":${JSON.stringify(event.flag)}` +
    `,"flag_response":${JSON.stringify(event.flagResponse)},"flags":${JSON.stringify(event.flags)}` +
    `,"groups":${JSON.stringify(event.groups)},"props":${propertyTexts(event.properties)}` +
    `,"received_at":"${sqlTime(receivedMs)}"`
  );
}

/** Completes a row with whom the event belongs to. */
export function finishRow(open: string, personId: string, mode: PersonMode): string {
  return `${open},"person_id":"${personId}","person_mode":"${mode}"}`;
}

/** The same row, given to another person. */
export function givenTo(row: string, personId: string): string {
  return row.replace(/"person_id":"[^"]*"(?=,"person_mode":"\w+"\}$)/, `"person_id":"${personId}"`);
}

/** Text that JSON writes as it is: no quote, backslash or control character, no half of a pair. */
const PLAIN = /^[^"\\\p{Cc}\p{Cs}]*$/u;
/** Property names are few and come again and again. */
const quotedNames = new Map<string, string>();
const MAX_QUOTED_NAMES = 10_000;

function propertyTexts(properties: Readonly<Record<string, JsonValue>>): string {
  let text = '{';
  let separator = '';
  for (const key in properties) {
    const value = properties[key];
    if (value === undefined) continue;
    text += separator + quotedName(key) + quotedJson(value);
    separator = ',';
  }
  return `${text}}`;
}

function quotedName(name: string): string {
  let quoted = quotedNames.get(name);
  if (quoted === undefined) {
    quoted = `${JSON.stringify(name)}:`;
    if (quotedNames.size >= MAX_QUOTED_NAMES) quotedNames.clear();
    quotedNames.set(name, quoted);
  }
  return quoted;
}

/** The JSON text of `value`, written as a JSON string. */
function quotedJson(value: JsonValue): string {
  if (typeof value === 'string' && PLAIN.test(value)) return `"\\"${value}\\""`;
  if (typeof value === 'number' || typeof value === 'boolean') return `"${JSON.stringify(value)}"`;
  return JSON.stringify(JSON.stringify(value));
}

/** `2026-11-20 12:00:00.000`, which ClickHouse reads fastest. */
export function sqlTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
}
