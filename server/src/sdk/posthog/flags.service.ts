// Evaluates an SDK's request for flags: which flags it may see, whose properties count, and what happens
// when the store of people cannot be asked.
import { type FlagSnapshot, type FlagSnapshots, evaluateFlags, setNeedsStoredPerson } from '#flags';
import type { Evaluation, FlagDefinition } from '#flags/flag';
import type { PersonRecord } from '#identity';
import type { Clock } from '#kernel/clock';
import type { StoredPersons } from './stored-person.service.ts';
import type { FlagsRequest } from './wire/flags-request.ts';
import { type Runtime, servesRuntime } from './wire/runtime.ts';

/** Flags that decide who sees a survey carry this prefix. */
const SURVEY_PREFIX = 'survey-targeting-';

export type FlagsDeps = {
  readonly snapshots: FlagSnapshots;
  readonly persons: StoredPersons;
  readonly clock: Clock;
};

/** Who asks, beside what the body says. */
export type FlagsCaller = {
  readonly environmentId: number;
  readonly runtime: Runtime | 'all' | undefined;
  readonly isForSurveys: boolean;
};

export type EvaluatedFlags = {
  readonly snapshot: FlagSnapshot;
  /** Active flags that the caller may see, ordered by key. */
  readonly evaluations: readonly Evaluation[];
  /** Milliseconds since the epoch. */
  readonly evaluatedAtMs: number;
};

/**
 * The flags for one request. Answers at once, without a promise, when no stored property is needed: the
 * usual case for server SDKs.
 */
export function evaluateRequest(
  deps: FlagsDeps,
  caller: FlagsCaller,
  request: FlagsRequest,
): EvaluatedFlags | Promise<EvaluatedFlags> {
  const snapshot = deps.snapshots.get(caller.environmentId);
  if (request.isFlagsDisabled) {
    return { snapshot, evaluations: [], evaluatedAtMs: deps.clock.now() };
  }
  const selection = {
    keys: keysAsked(snapshot, caller, request),
    isOffered: (flag: FlagDefinition) => isOffered(flag, caller, request),
  };
  const evaluate = (stored: PersonRecord | undefined, isPersonUnread: boolean): EvaluatedFlags => {
    const { personProperties: given } = request;
    const subject = {
      distinctId: request.distinctId,
      personProperties: stored ? { ...stored.properties, ...given } : given,
      isPersonUnread,
      deviceId: request.deviceId,
      anonDistinctId: request.anonymousId,
      groups: request.groups,
      groupProperties: request.groupProperties,
    };
    const evaluatedAtMs = deps.clock.now();
    const context = { nowMs: evaluatedAtMs, groupTypes: snapshot.groupTypes };
    const evaluations = evaluateFlags(snapshot.set, subject, context, selection);
    return { snapshot, evaluations, evaluatedAtMs };
  };
  if (!setNeedsStoredPerson(snapshot.set, request.personProperties, selection)) {
    return evaluate(undefined, false);
  }
  return deps.persons.recordOf(caller.environmentId, request.distinctId).then(
    (stored) => evaluate(stored, false),
    () => evaluate(undefined, true),
  );
}

function keysAsked(
  snapshot: FlagSnapshot,
  caller: FlagsCaller,
  request: FlagsRequest,
): readonly string[] | undefined {
  if (!caller.isForSurveys) return request.flagKeys;
  return snapshot.flags.map(({ key }) => key).filter((key) => key.startsWith(SURVEY_PREFIX));
}

function isOffered(flag: FlagDefinition, caller: FlagsCaller, request: FlagsRequest): boolean {
  if (!servesRuntime(flag.evaluationRuntime, caller.runtime)) return false;
  const wanted = flag.evaluationContexts;
  const { evaluationContexts: given } = request;
  return wanted.length === 0 || given.length === 0 || wanted.some((name) => given.includes(name));
}
