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

function propertyTexts(properties: Readonly<Record<string, JsonValue>>): string {
  let text = '{';
  for (const key in properties) {
    const value = properties[key];
    if (value === undefined) continue;
    text += `${text.length === 1 ? '' : ','}${JSON.stringify(key)}:${quotedJson(value)}`;
  }
  return `${text}}`;
}

/** The JSON text of `value`, written as a JSON string. */
function quotedJson(value: JsonValue): string {
  const json = JSON.stringify(value);
  if (typeof value !== 'string')
    return typeof value === 'object' ? JSON.stringify(json) : `"${json}"`;
  // Nothing in it needed an escape, so only the quotes do now.
  return json.length === value.length + 2 ? `"\\"${value}\\""` : JSON.stringify(json);
}

/** `2026-11-20 12:00:00.000`, which ClickHouse reads fastest. */
export function sqlTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
}
