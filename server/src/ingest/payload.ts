// The envelopes that events travel in: a batch with its token, a bare list, a single event, an old
// people update. One token per request; where it may stand differs by SDK and age.
import { fail } from '#kernel/errors';
import { type JsonObject, isJsonObject } from '#kernel/json';

/** A decoded capture request. */
export type CapturePayload = {
  /** Project token, not yet looked up. */
  readonly token: string;
  /** What stands where events should; single ones may still be unusable. */
  readonly events: readonly unknown[];
  /** When the client sent it by its own clock: ISO text or epoch milliseconds, unchecked. Of history it is left out. */
  readonly sentAt: unknown;
  /** Moved over from elsewhere on purpose (`historical_migration`). */
  readonly isHistorical: boolean;
};

/** Where else a token and a sending time may stand. */
export type PayloadSource = {
  readonly query?: Readonly<Record<string, unknown>>;
  /** Of `Authorization: Bearer …`; capture v1 has the token only there. */
  readonly bearerToken?: string | undefined;
  /** Capture v1's `PostHog-Request-Timestamp`. */
  readonly sentAt?: string | undefined;
};

/** Far above what SDKs send at once (posthog-node: 100 by default); they halve a batch that is refused so. */
const MAX_EVENTS = 50_000;
const PRINTABLE_ASCII = /^[\x21-\x7e]{1,200}$/;

/**
 * Finds the events and the token.
 * @throws invalid_payload when there is no event in it at all
 * @throws payload_too_large when there are too many
 * @throws invalid_api_key when the token is missing, of the wrong kind, or not the same throughout
 */
export function readPayload(body: unknown, source: PayloadSource = {}): CapturePayload {
  const query = source.query ?? {};
  const envelope = isJsonObject(body) ? body : {};
  const events = listEvents(body);
  const token = oneToken([
    ...(source.bearerToken === undefined ? [] : [source.bearerToken]),
    envelope['api_key'],
    envelope['token'],
    ...events.flatMap(tokensOfEvent),
    query['token'],
    query['api_key'],
  ]);
  const sentAt = source.sentAt ?? envelope['sent_at'] ?? query['sent_at'] ?? query['_'];
  // What is moved over from elsewhere has times that no clock of the sender has made.
  const isHistorical = envelope['historical_migration'] === true;
  return { token, events, sentAt: isHistorical ? undefined : sentAt, isHistorical };
}

function listEvents(body: unknown): readonly unknown[] {
  const events = isJsonObject(body) && 'batch' in body ? body['batch'] : body;
  if (Array.isArray(events)) {
    if (events.length === 0) fail('invalid_payload', { detail: 'There is no event in the batch.' });
    if (events.length > MAX_EVENTS) {
      const detail = `One request may have ${MAX_EVENTS} events; send the rest in another one.`;
      fail('payload_too_large', { detail, attr: 'batch' });
    }
    return events;
  }
  if (events !== body) {
    fail('invalid_payload', { detail: '"batch" must be a list of events.', attr: 'batch' });
  }
  if (!isJsonObject(body)) {
    fail('invalid_payload', {
      detail: 'The body must be an event, a list of events, or an object with "batch".',
    });
  }
  return [asEvent(body)];
}

/** `/engage/` of old clients has person properties and no event name. */
function asEvent(body: JsonObject): JsonObject {
  const isPeopleUpdate =
    body['event'] === undefined && (isJsonObject(body['$set']) || isJsonObject(body['$set_once']));
  return isPeopleUpdate ? { ...body, event: '$identify' } : body;
}

function tokensOfEvent(event: unknown): unknown[] {
  if (!isJsonObject(event)) return [];
  const own = event['token'] ?? event['api_key'] ?? event['$token'];
  if (own !== undefined) return [own];
  const properties = event['properties'];
  return isJsonObject(properties) ? [properties['token']] : [];
}

function oneToken(candidates: readonly unknown[]): string {
  let token: string | undefined;
  for (const candidate of candidates) {
    if (candidate === undefined || candidate === null || candidate === '') continue;
    if (typeof candidate !== 'string' || !PRINTABLE_ASCII.test(candidate)) {
      fail('invalid_api_key', { detail: 'The project token is not a token.', attr: 'api_key' });
    }
    if (token !== undefined && token !== candidate) {
      fail('invalid_api_key', {
        detail: 'The events of one request carry different project tokens.',
        attr: 'api_key',
      });
    }
    token = candidate;
  }
  if (token === undefined) {
    fail('invalid_api_key', {
      detail: 'There is no project token: send it as "api_key" or "token".',
      attr: 'api_key',
    });
  }
  if (token.startsWith('phx_') || token.startsWith('phs_')) {
    fail('invalid_api_key', {
      detail: 'This is a secret key. Events are sent with the project token, which starts "phc_".',
      attr: 'api_key',
    });
  }
  return token;
}
