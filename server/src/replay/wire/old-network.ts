// Requests as old recorders tell of them (`posthog/network@1`: one timing an event, its fields by numbers), made what new
// ones write, so that everything after reads, scrubs and guards one form.
import { type JsonObject, type JsonValue, isJsonObject } from '#kernel/json';
import { EVENT, PLUGIN, type RrwebEvent, fieldsOf } from './rrweb.ts';

const OLD_PLUGIN = 'posthog/network@1';

/** As PostHog numbers them (`PerformanceEventReverseMapping` of its player); those that a resource timing has. */
const FIELDS: Readonly<Record<string, string>> = {
  0: 'entryType',
  1: 'timeOrigin',
  2: 'name',
  3: 'startTime',
  4: 'redirectStart',
  5: 'redirectEnd',
  6: 'workerStart',
  7: 'fetchStart',
  8: 'domainLookupStart',
  9: 'domainLookupEnd',
  10: 'connectStart',
  11: 'secureConnectionStart',
  12: 'connectEnd',
  13: 'requestStart',
  14: 'responseStart',
  15: 'responseEnd',
  16: 'decodedBodySize',
  17: 'encodedBodySize',
  18: 'initiatorType',
  19: 'nextHopProtocol',
  20: 'renderBlockingStatus',
  21: 'responseStatus',
  22: 'transferSize',
  39: 'duration',
  40: 'timestamp',
};

/** The event as a new recorder would have written it; any other as it is. */
export function withNewNetwork(event: RrwebEvent): RrwebEvent {
  const { plugin, payload } = fieldsOf(event);
  if (event.type !== EVENT.plugin || plugin !== OLD_PLUGIN || !isJsonObject(payload)) return event;
  const request = named(payload);
  const requests = isRequest(request) ? [request] : [];
  return { ...event, data: { plugin: PLUGIN.network, payload: { requests } } };
}

/** Paints and marks of the page are timings as well. */
const isRequest = ({ name, entryType }: JsonObject): boolean =>
  typeof name === 'string' && (entryType === 'resource' || entryType === 'navigation');

function named(payload: JsonObject): JsonObject {
  const request: Record<string, JsonValue> = {};
  for (const [number, name] of Object.entries(FIELDS)) {
    const value = payload[number];
    if (value !== undefined && value !== null) request[name] = value;
  }
  return request;
}
