// The body of a request for flags, whichever SDK and version wrote it: aliases, defaults and what is
// refused. Foreign field names stop here.
import { fail } from '#kernel/errors';
import { type JsonObject, type JsonValue, isJsonObject } from '#kernel/json';
import type { EvaluationRequest } from '#sdk/evaluation/evaluation-request';

/** A request for flags in our words. */
export type FlagsRequest = EvaluationRequest & {
  readonly distinctId: string;
  readonly token: string | undefined;
  /** The request's address says nothing of the person. */
  readonly isGeoipDisabled: boolean;
  readonly runtime: 'client' | 'server' | 'all' | undefined;
};

/** Longer distinct ids are cut before hashing, counted in Unicode scalars (posthog rust/feature-flags). */
const MAX_DISTINCT_ID_CHARACTERS = 200;
const NO_OBJECT: JsonObject = Object.freeze({});
const NO_LIST: readonly string[] = Object.freeze([]);

/**
 * Reads the decoded body.
 * @throws invalid_payload when it is no object; required or invalid_input naming the field at fault.
 */
export function parseFlagsRequest(body: JsonValue): FlagsRequest {
  if (!isJsonObject(body)) {
    fail('invalid_payload', { detail: 'The body must be a JSON object.' });
  }
  return {
    token: tokenOf(body),
    distinctId: distinctIdOf(body),
    anonymousId: optionalString(body['$anon_distinct_id'] ?? body['anon_distinct_id']),
    deviceId: optionalString(body['$device_id'] ?? body['device_id']),
    groups: groupsOf(body),
    personProperties: objectField(body, 'person_properties', '$properties'),
    groupProperties: groupPropertiesOf(body),
    flagKeys: body['disable_flags'] === true ? [] : flagKeysOf(body),
    evaluationContexts:
      stringList(body, 'evaluation_contexts') ??
      stringList(body, 'evaluation_environments') ??
      NO_LIST,
    isGeoipDisabled: body['geoip_disable'] === true,
    runtime: runtimeField(body['evaluation_runtime']),
  };
}

function tokenOf(body: JsonObject): string | undefined {
  const token = body['token'] ?? body['$token'] ?? body['api_key'];
  return typeof token === 'string' && token !== '' ? token : undefined;
}

function distinctIdOf(body: JsonObject): string {
  const value = body['distinct_id'] ?? body['$distinct_id'];
  if (value === undefined || value === null) {
    fail('required', { detail: 'distinct_id is missing.', attr: 'distinct_id' });
  }
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') {
    fail('invalid_input', { detail: 'distinct_id must be a string.', attr: 'distinct_id' });
  }
  if (value.length <= MAX_DISTINCT_ID_CHARACTERS) return value;
  return [...value].slice(0, MAX_DISTINCT_ID_CHARACTERS).join('');
}

function groupsOf(body: JsonObject): Record<string, string> {
  const groups: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [type, key] of Object.entries(objectField(body, 'groups', '$groups'))) {
    if (typeof key === 'string') groups[type] = key;
    else if (typeof key === 'number') groups[type] = String(key);
    else groups[type] = '';
  }
  return groups;
}

function groupPropertiesOf(body: JsonObject): Record<string, JsonObject> {
  const byType: Record<string, JsonObject> = Object.create(null) as Record<string, JsonObject>;
  for (const [type, properties] of Object.entries(objectField(body, 'group_properties'))) {
    if (isJsonObject(properties)) byType[type] = properties;
  }
  return byType;
}

function objectField(body: JsonObject, name: string, alias?: string): JsonObject {
  const value = body[name] ?? (alias === undefined ? undefined : body[alias]);
  if (value === undefined || value === null) return NO_OBJECT;
  if (!isJsonObject(value)) {
    fail('invalid_input', { detail: `${name} must be an object.`, attr: name });
  }
  return value;
}

function flagKeysOf(body: JsonObject): readonly string[] | undefined {
  return stringList(body, 'flag_keys_to_evaluate') ?? stringList(body, 'flag_keys');
}

function stringList(body: JsonObject, name: string): readonly string[] | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    fail('invalid_input', { detail: `${name} must be a list of strings.`, attr: name });
  }
  return value;
}

function optionalString(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function runtimeField(value: JsonValue | undefined): FlagsRequest['runtime'] {
  return value === 'client' || value === 'server' || value === 'all' ? value : undefined;
}
