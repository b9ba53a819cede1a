// What telemetry of servers has in common as an event: whom it concerns, which flag they had, when and where. Names by
// the semantic conventions of OpenTelemetry 1.44, and those that PostHog's SDKs put into logs.
import type { JsonValue } from '#kernel/json';
import type { Attributes } from './otlp-values.ts';

/** An event as ingestion takes it. */
export type TelemetryEvent = {
  readonly event: string;
  readonly distinct_id: string;
  /** ISO 8601; absent when the time is not known. */
  readonly timestamp?: string;
  readonly properties: Readonly<Record<string, JsonValue>>;
};

export type TelemetrySource = {
  readonly attributes: Attributes;
  readonly resource: Attributes;
  readonly atMs: number | undefined;
};

const PERSON_NAMES = [
  'feature_flag.context.id',
  'posthog.distinct_id',
  'posthogDistinctId',
  'user.id',
  'enduser.id',
  'enduser.pseudo.id',
];
const SERVICE_NAMES = ['service.instance.id', 'service.name', 'host.name'];
/** After it, ISO 8601 has no text. */
const MAX_TIME_MS = 8.64e15;

/**
 * The event of something that a server reports. It never makes a person: whose it is comes from elsewhere, and most
 * of it is nobody's. Nobody's events belong to the service that sent them.
 */
export function telemetryEvent(
  event: string,
  source: TelemetrySource,
  own: Readonly<Record<string, JsonValue>>,
): TelemetryEvent {
  const { attributes, resource, atMs } = source;
  const person = textOf(attributes, PERSON_NAMES);
  const session = textOf(attributes, ['session.id']);
  const hasTime = atMs !== undefined && atMs <= MAX_TIME_MS;
  return {
    event,
    distinct_id: person || `service:${textOf(resource, SERVICE_NAMES) || 'unknown'}`,
    ...(hasTime ? { timestamp: new Date(atMs).toISOString() } : {}),
    properties: {
      ...resource,
      ...attributes,
      ...flagOf(attributes),
      ...(session === '' ? {} : { $session_id: session }),
      ...own,
      $lib: 'opentelemetry',
      $is_server: true,
      $geoip_disable: true,
      $process_person_profile: false,
    },
  };
}

/** The first of these attributes that has a value, as text; empty without one. */
export function textOf(attributes: Attributes, names: readonly string[]): string {
  for (const name of names) {
    const value = attributes[name];
    if (typeof value === 'string' && value.trim() !== '') return value;
    if (typeof value === 'number') return String(value);
  }
  return '';
}

/** `$feature/<key>`, as the SDKs of PostHog put it into events. */
function flagOf(attributes: Attributes): Record<string, JsonValue> {
  const key = textOf(attributes, ['feature_flag.key']);
  if (key === '') return {};
  const variant = textOf(attributes, ['feature_flag.result.variant', 'feature_flag.variant']);
  const value = attributes['feature_flag.result.value'];
  if (variant === 'true' || variant === 'false') return { [`$feature/${key}`]: variant === 'true' };
  if (variant !== '') return { [`$feature/${key}`]: variant };
  return typeof value === 'boolean' ? { [`$feature/${key}`]: value } : {};
}
