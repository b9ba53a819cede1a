// What each ingestion warning means for those who look after the app, and what they can do about it.
import type { WarningKind } from './warning.ts';

export type WarningWords = {
  readonly title: string;
  /** What became of the event. `lost`: it is not stored. */
  readonly effect: 'kept' | 'changed' | 'lost';
  readonly meaning: string;
  readonly fix: string;
};

const WORDS: Record<WarningKind, WarningWords> = {
  events_rate_limited: {
    title: 'Too many events at once',
    effect: 'kept',
    meaning:
      'More events came than this environment may send per second. SDKs were told to send them again later, which they do.',
    fix: 'Look for a loop that captures the event of the example. If that many are right, raise the limit of the environment in the settings.',
  },
  flag_requests_rate_limited: {
    title: 'Too many requests for flags',
    effect: 'kept',
    meaning:
      'Flags were asked for more often than is allowed. SDKs were told to wait, and keep the values that they had.',
    fix: 'Look for code that makes a client for each request, or asks for flags in a loop. If that many are right, raise SERIN_FLAG_REQUESTS_PER_SECOND.',
  },
  recordings_rate_limited: {
    title: 'Too many recordings at once',
    effect: 'kept',
    meaning:
      'More recordings came than one environment may send per second. posthog-js was told to send them again later, which it does up to ten times.',
    fix: 'Record a share of sessions, or only those of a flag. If that many are right, raise SERIN_RECORDING_BYTES_PER_SECOND.',
  },
  recording_refused: {
    title: 'Recording of nobody',
    effect: 'lost',
    meaning: 'A part of a recording did not say of which session or of whom it is.',
    fix: 'Look for what sends recordings other than posthog-js.',
  },
  recording_of_another_time: {
    title: 'Recording of another time',
    effect: 'lost',
    meaning:
      'A part of a recording was made more than a week from now, or on another day than its session, by the clock of the page.',
    fix: 'Look at the clock of the device.',
  },
  recording_unreadable: {
    title: 'Recording cannot be read',
    effect: 'lost',
    meaning: 'Nothing in a part of a recording could be unpacked, or all of it could do harm.',
    fix: 'Look for what sends recordings other than posthog-js, and for proxies that change what is sent.',
  },
  recording_too_large: {
    title: 'Part of a recording too large',
    effect: 'lost',
    meaning: 'A part of a recording was longer than 24 MiB.',
    fix: 'Very large pages and canvases make long events: block what need not be recorded with "ph-no-capture".',
  },
  recording_not_storable: {
    title: 'Recording refused by the event store',
    effect: 'lost',
    meaning: 'The event store refuses what a part of a recording holds, and would refuse it again.',
    fix: 'The log of Serin says why; please report it.',
  },
  recording_events_left_out: {
    title: 'Events of a recording left out',
    effect: 'changed',
    meaning:
      'Some events of a recording could not be read, are longer than 6 MB or could do harm. The rest is kept.',
    fix: 'Very large pages and canvases make long events: block what need not be recorded with "ph-no-capture".',
  },
  recording_too_long: {
    title: 'Recording too long',
    effect: 'lost',
    meaning:
      'A session had more than 500 MB or 10,000 parts of recording. What came after is not kept.',
    fix: 'Look for a page that changes all the time, such as an animation, and block it with "ph-no-capture".',
  },
  event_not_an_object: {
    title: 'Not an event',
    effect: 'lost',
    meaning: 'A batch held something else than a JSON object where an event should be.',
    fix: 'Send a list of objects, each with "event" and "distinct_id". An SDK does so by itself.',
  },
  event_name_missing: {
    title: 'No name',
    effect: 'lost',
    meaning: 'An event came without a name.',
    fix: 'Look for a capture call whose name is empty or undefined, often a variable.',
  },
  event_name_too_long: {
    title: 'Name too long',
    effect: 'changed',
    meaning: 'The name of an event was cut to 200 characters.',
    fix: 'Keep names constant and short; put what varies (an id, an address) into a property.',
  },
  distinct_id_missing: {
    title: 'No distinct id',
    effect: 'lost',
    meaning: 'An event did not say who it is about.',
    fix: 'Pass "distinct_id" on the server. In the browser, capture only after the SDK was initialised.',
  },
  distinct_id_too_long: {
    title: 'Distinct id too long',
    effect: 'changed',
    meaning: 'A distinct id was cut to the longest length that is kept.',
    fix: 'Identify people by an id of your database, not by a token or a JSON text.',
  },
  uuid_invalid: {
    title: 'Invalid uuid',
    effect: 'lost',
    meaning: 'The "uuid" of an event is none, so repeats of it could not be told apart.',
    fix: 'Leave "uuid" out, or send a UUID; version 7 is best.',
  },
  properties_invalid: {
    title: 'Properties are not an object',
    effect: 'lost',
    meaning: '"properties" was something else than a JSON object.',
    fix: 'Send an object of names and values; do not turn it into a text first.',
  },
  property_too_deep: {
    title: 'Property nested too deep',
    effect: 'changed',
    meaning: 'A property was left out because it is nested too deep.',
    fix: 'Send the few values that matter instead of a whole object.',
  },
  property_name_too_long: {
    title: 'Property name too long',
    effect: 'changed',
    meaning: 'A property was left out because of the length of its name.',
    fix: 'Names of properties should be constant; put what varies into the value.',
  },
  too_many_properties: {
    title: 'Too many properties',
    effect: 'changed',
    meaning: 'An event has more properties than are kept; the rest was left out.',
    fix: 'Look for an object that is spread into the properties, or for names made of ids.',
  },
  event_too_large: {
    title: 'Event too large',
    effect: 'lost',
    meaning: 'A single event is larger than can be stored.',
    fix: 'Leave out large texts such as documents, images or whole responses.',
  },
  event_not_storable: {
    title: 'Refused by the event store',
    effect: 'lost',
    meaning:
      'The event store refuses what an event holds, and would refuse it again. It is kept apart.',
    fix: 'Look at it among the refused events for values that are odd, and leave them out; there it can be stored again.',
  },
  timestamp_unreadable: {
    title: 'Unreadable time',
    effect: 'changed',
    meaning: 'The time of an event cannot be read; the time of receipt is used.',
    fix: 'Send "timestamp" in ISO 8601 with a zone, such as 2026-11-20T10:00:00Z.',
  },
  timestamp_in_future: {
    title: 'Time in the future',
    effect: 'changed',
    meaning: 'An event claims to be from the future; the time of receipt is used.',
    fix: 'Check the clock of the machine that sends it, and that times are not in milliseconds twice.',
  },
  invalid_process_person_profile: {
    title: 'Odd $process_person_profile',
    effect: 'kept',
    meaning: '$process_person_profile is neither true nor false; it was taken as not said.',
    fix: 'Send true or false, not a text.',
  },
  invalid_event_when_process_person_profile_is_false: {
    title: 'Needs a person profile',
    effect: 'lost',
    meaning: 'An event that changes people said at once that people shall not be touched.',
    fix: 'Do not call identify, alias or group where "person_profiles" is "never", or set it to "identified_only".',
  },
  client_ingestion_warning: {
    title: 'Reported by the SDK',
    effect: 'kept',
    meaning: 'An SDK noticed a problem itself and says so.',
    fix: 'Read what the example says; it names the setting or the call.',
  },
  cannot_merge_already_identified: {
    title: 'Two identified people were not joined',
    effect: 'kept',
    meaning: 'An identify or alias call would have joined two people who are both known.',
    fix: 'Call reset() when somebody signs out, before the next one signs in. To join them on purpose, send $merge_dangerously.',
  },
  cannot_merge_with_illegal_distinct_id: {
    title: 'An id that stands for nobody',
    effect: 'kept',
    meaning:
      'Somebody was identified as "null", "undefined", "anonymous" or the like; joining all of those would make them one person.',
    fix: 'Call identify only once the id is known.',
  },
  person_properties_too_large: {
    title: 'Properties of a person too large',
    effect: 'kept',
    meaning: 'A change of a person was left out, because their properties would grow too large.',
    fix: 'Keep lists and documents out of $set; unset properties that are not used.',
  },
  person_change_refused: {
    title: 'A change of a person was refused',
    effect: 'kept',
    meaning:
      'What an event says about a person or a group cannot be stored; the event is kept without it.',
    fix: 'Look at the example for values that are odd, and leave them out of $set.',
  },
  group_type_limit: {
    title: 'Too many kinds of groups',
    effect: 'kept',
    meaning: 'An environment can have five kinds of groups; another one was left out.',
    fix: 'Use a constant such as "company" as the kind of group and the id as its key, not the other way round.',
  },
  group_properties_too_large: {
    title: 'Properties of a group too large',
    effect: 'kept',
    meaning: 'A change of a group was left out, because its properties would grow too large.',
    fix: 'Keep lists and documents out of the properties of groups.',
  },
};

/** What to tell about a stored kind; undefined for one that this version does not know. */
export function wordsOfWarning(kind: string): WarningWords | undefined {
  return Object.hasOwn(WORDS, kind) ? WORDS[kind as WarningKind] : undefined;
}
