// Reads the single fields of a raw event: each may be missing, of the wrong type, too long, or stand in
// one of several places.
import { type PersonEvent, isIllegalId } from '#identity/person';
import { type JsonObject, type JsonValue, isJsonObject } from '#kernel/json';
import type { NormalizeContext } from './event.ts';
import { isDeeperThan } from './property-bounds.ts';
import { normalizeUuid } from './uuid.ts';
import type { Warning } from './warning.ts';

const MAX_NAME_CHARS = 200;
const MAX_ID_CHARS = 200;
/** Ids should be text; what else they are is written as JSON. */
const MAX_ID_DEPTH = 4;
const MAX_GROUP_KEY_CHARS = 400;
const COOKIELESS_ID = '$posthog_cookieless';
const FEATURE_PREFIX = '$feature/';

type Properties = Readonly<Record<string, JsonValue>>;

/** The event's name; undefined when there is none. */
export function readName(raw: JsonObject, warnings: Warning[]): string | undefined {
  const name = raw['event'] ?? raw['$event'];
  if (typeof name !== 'string' || name.trim() === '') return undefined;
  if (name.length <= MAX_NAME_CHARS) return name;
  const detail = `Event names are cut after ${MAX_NAME_CHARS} characters.`;
  warnings.push({ kind: 'event_name_too_long', detail, attr: 'event' });
  return cut(name, MAX_NAME_CHARS);
}

/** The event's id; undefined when it has one that is not a UUID. */
export function readUuid(
  raw: JsonObject,
  said: JsonObject,
  name: string,
  context: NormalizeContext,
): string | undefined {
  const given = raw['uuid'];
  if (given !== undefined && given !== null && given !== '') return normalizeUuid(given);
  // Old libraries resend with the same `$insert_id`, which then must count once as well.
  const insertId = said['$insert_id'];
  if (typeof insertId !== 'string' || insertId === '') return context.makeUuid(undefined);
  const distinctId = raw['distinct_id'] ?? said['distinct_id'];
  return context.makeUuid(
    JSON.stringify([scalar(distinctId), name, scalar(raw['timestamp']), insertId]),
  );
}

/** Whose event it is; undefined when it is nobody's. */
export function readDistinctId(
  raw: JsonObject,
  said: JsonObject,
  context: NormalizeContext,
  warnings: Warning[],
): string | undefined {
  const given = raw['distinct_id'] ?? raw['$distinct_id'] ?? said['distinct_id'];
  if (given === undefined || given === null || isDeeperThan(given, MAX_ID_DEPTH)) return undefined;
  const id = typeof given === 'string' ? given : JSON.stringify(given);
  if (id.trim() === '') return undefined;
  if (id === COOKIELESS_ID) return `cookieless_${context.requestId}`;
  if (id.length <= MAX_ID_CHARS) return id;
  const short = cut(id, MAX_ID_CHARS);
  if (short !== id) {
    const detail = `Distinct ids are cut after ${MAX_ID_CHARS} characters.`;
    warnings.push({ kind: 'distinct_id_too_long', detail, attr: 'distinct_id' });
  }
  return short;
}

/** Whether the client wants a person profile; anything but `false` means yes. */
export function readProcessing(
  raw: JsonObject,
  said: JsonObject,
  distinctId: string,
  context: NormalizeContext,
  warnings: Warning[],
): PersonEvent['processing'] {
  if (distinctId === `cookieless_${context.requestId}`) return 'none';
  if (context.v1 && isIllegalId(distinctId)) return 'none';
  const options = raw['options'];
  const wish =
    said['$process_person_profile'] ??
    (isJsonObject(options) ? options['process_person_profile'] : undefined);
  if (wish === undefined || wish === null || wish === true) return 'default';
  if (wish === false) return 'none';
  const detail = '$process_person_profile must be true or false; it is taken as true.';
  warnings.push({
    kind: 'invalid_process_person_profile',
    detail,
    attr: '$process_person_profile',
  });
  return 'default';
}

/** The flag values that the event reports. */
export function readFlags(name: string, properties: Properties) {
  const flags: Record<string, string> = {};
  for (const key in properties) {
    if (!key.startsWith(FEATURE_PREFIX)) continue;
    const value = flagText(properties[key]);
    if (value !== '') flags[key.slice(FEATURE_PREFIX.length)] = value;
  }
  const isCall = name === '$feature_flag_called';
  return {
    flags,
    flag: isCall ? readText(properties['$feature_flag']) : '',
    flagResponse: isCall ? flagText(properties['$feature_flag_response']) : '',
  };
}

/** `true`, `false` or the variant; empty for anything else. */
function flagText(value: JsonValue | undefined): string {
  return typeof value === 'boolean' ? String(value) : readText(value);
}

/** A text, cut to 200 characters; empty for anything else. */
export function readText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? cut(value, MAX_ID_CHARS) : '';
}

/** `$groups`: type → key. */
export function readGroups(value: JsonValue | undefined): Record<string, string> {
  const groups: Record<string, string> = {};
  if (!isJsonObject(value)) return groups;
  for (const [type, key] of Object.entries(value)) {
    const text = readGroupKey(key);
    if (type !== '' && text !== '') groups[cut(type, MAX_NAME_CHARS)] = text;
  }
  return groups;
}

function readGroupKey(value: JsonValue | undefined): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? cut(value, MAX_GROUP_KEY_CHARS) : '';
}

/** What the event says about its person. */
export function readPerson(
  base: Pick<PersonEvent, 'event' | 'distinctId' | 'atMs' | 'processing'>,
  properties: Properties,
  groups: Record<string, string>,
): PersonEvent {
  const { $set: set, $set_once: setOnce, $unset: unset } = properties;
  return {
    ...base,
    otherId: readOtherId(base.event, properties),
    set: isJsonObject(set) ? set : undefined,
    setOnce: isJsonObject(setOnce) ? setOnce : undefined,
    unset: readUnset(unset),
    groups: Object.keys(groups).length > 0 ? groups : undefined,
    group: base.event === '$groupidentify' ? readGroupUpdate(properties) : undefined,
  };
}

function readOtherId(name: string, properties: Properties): string | undefined {
  const field =
    name === '$identify'
      ? '$anon_distinct_id'
      : name === '$create_alias' || name === '$merge_dangerously'
        ? 'alias'
        : undefined;
  const value = field === undefined ? undefined : properties[field];
  if (typeof value === 'string') return cut(value, MAX_ID_CHARS);
  return typeof value === 'number' ? String(value) : undefined;
}

function readUnset(value: JsonValue | undefined): readonly string[] | undefined {
  if (Array.isArray(value)) return value.filter((key) => typeof key === 'string');
  return isJsonObject(value) ? Object.keys(value) : undefined;
}

function readGroupUpdate(properties: Properties): PersonEvent['group'] {
  const type = readText(properties['$group_type']);
  const key = readGroupKey(properties['$group_key']);
  if (type === '' || key === '') return undefined;
  const set = properties['$group_set'];
  return { type, key, set: isJsonObject(set) ? set : {} };
}

function scalar(value: JsonValue | undefined): JsonValue {
  return typeof value === 'object' || value === undefined ? null : value;
}

/** The first `max` characters, never half of one. Only the beginning of a long text is taken apart. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const beginning = text.slice(0, 2 * max);
  return [...beginning].slice(0, max).join('');
}
