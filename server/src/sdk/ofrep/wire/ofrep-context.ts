// OpenFeature's evaluation context as a question in our words: the targeting key is the distinct id, `groups` and
// `groupProperties` are reserved, everything else is a property of the person (as PostHog's own OpenFeature
// providers map it, posthog-js packages/openfeature-node-provider/src/mapping.ts).
import { truncateDistinctId } from '#flags/bucket';
import { isDeeperThan } from '#ingest/property-bounds';
import { type JsonObject, type JsonValue, isJsonObject } from '#kernel/json';
import type { EvaluationRequest } from '#sdk/evaluation/evaluation-request';
import { OfrepFailure } from './ofrep-failure.ts';

const RESERVED: ReadonlySet<string> = new Set([
  'targetingKey',
  'groups',
  'groupProperties',
  'group_properties',
]);
/** As deep as properties of people may be stored. */
const MAX_DEPTH = 32;
const NO_CONTEXT: JsonObject = Object.freeze({});
const NO_CONTEXTS: readonly string[] = Object.freeze([]);

/**
 * The question that a request's body asks; without context, nobody is named.
 * @throws OfrepFailure PARSE_ERROR when the body is no object, INVALID_CONTEXT when the context or its targeting
 *   key is of the wrong type.
 */
export function readOfrepBody(body: JsonValue | undefined, key: string | undefined) {
  if (body !== undefined && !isJsonObject(body)) {
    throw new OfrepFailure('PARSE_ERROR', 'The body must be a JSON object.');
  }
  const context = body?.['context'] ?? NO_CONTEXT;
  if (!isJsonObject(context)) {
    throw new OfrepFailure('INVALID_CONTEXT', '"context" must be an object.');
  }
  return toRequest(context, key);
}

function toRequest(context: JsonObject, key: string | undefined): EvaluationRequest {
  if (isDeeperThan(context, MAX_DEPTH)) {
    throw new OfrepFailure(
      'INVALID_CONTEXT',
      `"context" is nested more than ${MAX_DEPTH} levels deep.`,
    );
  }
  const personProperties: Record<string, JsonValue> = {};
  for (const name of Object.keys(context)) {
    if (isReserved(name, context[name])) continue;
    if (name !== '__proto__') personProperties[name] = context[name] as JsonValue;
  }
  return {
    distinctId: readTargetingKey(context['targetingKey']),
    anonymousId: undefined,
    deviceId: undefined,
    groups: readGroups(context['groups']),
    personProperties,
    groupProperties: {
      ...readGroupProperties(context['group_properties']),
      ...readGroupProperties(context['groupProperties']),
    },
    flagKeys: key === undefined ? undefined : [key],
    evaluationContexts: NO_CONTEXTS,
  };
}

/** Lists called `groups` are common in contexts (of a directory, say); they are properties like any other. */
function isReserved(name: string, value: JsonValue | undefined): boolean {
  return RESERVED.has(name) && (name === 'targetingKey' || isJsonObject(value));
}

function readTargetingKey(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') {
    throw new OfrepFailure('INVALID_CONTEXT', '"context.targetingKey" must be a string.');
  }
  return truncateDistinctId(value);
}

function readGroups(value: JsonValue | undefined): Record<string, string> {
  const groups: Record<string, string> = Object.create(null) as Record<string, string>;
  if (!isJsonObject(value)) return groups;
  for (const [type, key] of Object.entries(value)) {
    if (typeof key === 'string' || typeof key === 'number') groups[type] = String(key);
  }
  return groups;
}

function readGroupProperties(value: JsonValue | undefined): Record<string, JsonObject> {
  const byType: Record<string, JsonObject> = Object.create(null) as Record<string, JsonObject>;
  if (!isJsonObject(value)) return byType;
  for (const [type, properties] of Object.entries(value)) {
    if (isJsonObject(properties)) byType[type] = properties;
  }
  return byType;
}
