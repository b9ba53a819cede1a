// One raw event, as clients in the wild send it, into the one form that is stored. Nothing here throws:
// an unusable event becomes a problem with the field's name, an odd one is repaired with a warning.
import { NEEDS_PERSON, type PersonEvent } from '#identity/person';
import { type JsonObject, type JsonValue, isJsonObject } from '#kernel/json';
import type { Normalized, NormalizeContext, NormalizedEvent } from './event.ts';
import {
  readDistinctId,
  readFlags,
  readGroups,
  readName,
  readPerson,
  readProcessing,
  readText,
  readUuid,
} from './event-fields.ts';
import { addPlace } from './event-place.ts';
import { type EventTime, resolveEventTime } from './event-time.ts';
import { boundProperties } from './property-bounds.ts';
import type { Warning, WarningKind } from './warning.ts';

/** Corrections above this are kept beside the event, for people who wonder about its time. */
const NOTED_CORRECTION_MS = 60_000;
const MAX_NOTED_TIME_CHARS = 100;

/** Recordings and heat maps, which posthog-js sends the same way. */
const NO_EVENTS: ReadonlySet<string> = new Set(['$snapshot', '$$heatmap']);
/** What posthog-js has to say about itself to those who look after the app. */
const CLIENT_WARNING = '$$client_ingestion_warning';

type Properties = Record<string, JsonValue>;

/** The parts of an event that decide whether it is stored at all. */
type Essentials = {
  readonly raw: JsonObject;
  readonly said: JsonObject;
  readonly name: string;
  readonly uuid: string;
  readonly distinctId: string;
  readonly processing: PersonEvent['processing'];
};

/** What becomes of one raw event. */
export function normalizeEvent(raw: unknown, context: NormalizeContext): Normalized {
  if (!isJsonObject(raw)) return invalid('event_not_an_object', 'An event must be an object.');
  const given = raw['properties'] ?? {};
  if (!isJsonObject(given)) {
    return invalid('properties_invalid', '"properties" must be an object.', 'properties');
  }
  const warnings: Warning[] = [];
  const name = readName(raw, warnings);
  if (name === undefined) {
    return invalid('event_name_missing', 'An event needs a name: "event" is missing.', 'event');
  }
  const uuid = readUuid(raw, given, name, context);
  if (uuid === undefined) return invalid('uuid_invalid', '"uuid" is not a UUID.', 'uuid');
  if (NO_EVENTS.has(name)) return { kind: 'dropped', uuid, event: name, problem: undefined };
  const distinctId = readDistinctId(raw, given, context, warnings);
  if (distinctId === undefined) {
    const problem = invalid(
      'distinct_id_missing',
      'An event needs a "distinct_id".',
      'distinct_id',
    );
    return { ...problem, uuid };
  }
  const processing = readProcessing(raw, given, distinctId, context, warnings);
  if (processing === 'none' && NEEDS_PERSON.has(name)) {
    const kind = 'invalid_event_when_process_person_profile_is_false';
    const detail = `"${name}" needs a person profile, but $process_person_profile is false.`;
    return { kind: 'dropped', uuid, event: name, distinctId, problem: { kind, detail } };
  }
  if (name === CLIENT_WARNING) {
    const message = given[`${CLIENT_WARNING}_message`];
    const detail = typeof message === 'string' ? message : 'The client gave no reason.';
    const problem = { kind: 'client_ingestion_warning', detail } as const;
    return { kind: 'dropped', uuid, event: name, distinctId, problem };
  }
  const essentials = { raw, said: given, name, uuid, distinctId, processing };
  return { kind: 'event', event: assemble(essentials, context, warnings), warnings };
}

function invalid(kind: WarningKind, detail: string, attr?: string) {
  const problem = attr === undefined ? { kind, detail } : { kind, detail, attr };
  return { kind: 'invalid', uuid: undefined, problem } as const;
}

function assemble(
  essentials: Essentials,
  context: NormalizeContext,
  warnings: Warning[],
): NormalizedEvent {
  const { raw, said, name, uuid, distinctId, processing } = essentials;
  const time = readTime(raw, said, context, warnings);
  const properties = readProperties(essentials, context, warnings);
  if (context.origin) addPlace(properties, context.origin);
  if (isCorrectionNoted(raw['timestamp'], time)) {
    properties['$original_timestamp'] = raw['timestamp'];
  }
  const groups = readGroups(properties['$groups']);
  return {
    uuid,
    event: name,
    distinctId,
    atMs: time.atMs,
    claimedMs: time.claimedMs,
    sessionId: readText(properties['$session_id']),
    ...readFlags(name, properties),
    groups,
    properties,
    person: readPerson(
      { event: name, distinctId, atMs: time.atMs, processing },
      properties,
      groups,
    ),
  };
}

function readTime(
  raw: JsonObject,
  said: JsonObject,
  context: NormalizeContext,
  warnings: Warning[],
): EventTime {
  const options = raw['options'];
  const isSkewKept =
    said['$ignore_sent_at'] === true ||
    (isJsonObject(options) && options['disable_skew_correction'] === true);
  const time = resolveEventTime(
    {
      timestamp: raw['timestamp'],
      offset: raw['offset'],
      sentAt: raw['sent_at'] ?? context.sentAt,
      ignoreSentAt: isSkewKept,
    },
    context.receivedAtMs,
  );
  if (time.problem) {
    const { timestamp } = raw;
    const shown =
      typeof timestamp === 'string' ? timestamp.slice(0, MAX_NOTED_TIME_CHARS) : typeof timestamp;
    const [kind, why] =
      time.problem === 'unreadable'
        ? (['timestamp_unreadable', 'cannot be read'] as const)
        : (['timestamp_in_future', 'is more than 23 hours ahead'] as const);
    const detail = `The time "${shown}" ${why}; the time of receipt is used.`;
    warnings.push({ kind, detail, attr: 'timestamp' });
  }
  return time;
}

function isCorrectionNoted(timestamp: JsonValue | undefined, time: EventTime): timestamp is string {
  if (typeof timestamp !== 'string' || timestamp.length > MAX_NOTED_TIME_CHARS) return false;
  return time.claimedMs === undefined || Math.abs(time.claimedMs - time.atMs) > NOTED_CORRECTION_MS;
}

function readProperties(
  { raw, said, processing }: Essentials,
  context: NormalizeContext,
  warnings: Warning[],
): Properties {
  const properties = boundProperties(said, warnings);
  if (context.v1) restoreRootFields(raw, context.v1, properties);
  if (processing === 'none') {
    delete properties['$set'];
    delete properties['$set_once'];
    delete properties['$unset'];
    return properties;
  }
  // At both places the outer one wins, as the newer form.
  for (const key of ['$set', '$set_once'] as const) {
    const outer = raw[key];
    if (!isJsonObject(outer)) continue;
    const inner = properties[key];
    const { [key]: bounded } = boundProperties({ [key]: outer }, warnings);
    if (!isJsonObject(bounded)) continue;
    properties[key] = isJsonObject(inner) ? { ...inner, ...bounded } : bounded;
  }
  const unset = raw['$unset'];
  if (Array.isArray(unset)) properties['$unset'] = unset.filter((key) => typeof key === 'string');
  return properties;
}

/** Capture v1 moves these out of `properties` and the library into a header. */
function restoreRootFields(
  raw: JsonObject,
  v1: NonNullable<NormalizeContext['v1']>,
  properties: Properties,
): void {
  for (const key of ['session_id', 'window_id']) {
    const value = raw[key];
    if (typeof value === 'string') properties[`$${key}`] ??= value;
  }
  const options = raw['options'];
  if (isJsonObject(options)) {
    for (const key of ['cookieless_mode', 'process_person_profile', 'product_tour_id']) {
      const value = options[key];
      if (value !== undefined && typeof value !== 'object') properties[`$${key}`] ??= value;
    }
  }
  if (v1.library !== undefined) properties['$lib'] ??= v1.library;
  if (v1.libraryVersion !== undefined) properties['$lib_version'] ??= v1.libraryVersion;
}
