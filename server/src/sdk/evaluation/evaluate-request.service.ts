// Evaluates an SDK's request for flags: which flags it may see, whose properties count, and what happens
// when the store of people cannot be asked.
import {
  type FlagSnapshot,
  type FlagSnapshots,
  type Selection,
  evaluateFlags,
  hashKeyOverridesOf,
  storedNeeds,
} from '#flags';
import type { Subject } from '#flags/evaluate';
import type { Evaluation, FlagDefinition } from '#flags/flag';
import type { Login, PersonRecord } from '#identity';
import type { Clock } from '#kernel/clock';
import { andThen } from './and-then.ts';
import type { EvaluationRequest } from './evaluation-request.ts';
import { type Runtime, servesRuntime } from './runtime.ts';
import type { StoredPersons } from './stored-person.service.ts';

export type EvaluationDeps = {
  readonly snapshots: FlagSnapshots;
  readonly persons: StoredPersons;
  readonly clock: Clock;
};

/** Who asks, beside what the body says. */
export type EvaluationCaller = {
  readonly environmentId: number;
  readonly runtime: Runtime | 'all' | undefined;
  /** Only flags whose keys begin so. */
  readonly keyPrefix?: string | undefined;
  /** Also flags that are switched off. */
  readonly withDisabled?: boolean | undefined;
};

/** Everything that the outcomes depend on, but for the time. */
export type ResolvedRequest = {
  readonly snapshot: FlagSnapshot;
  readonly subject: Subject;
  readonly selection: Selection;
};

export type EvaluatedFlags = {
  readonly snapshot: FlagSnapshot;
  /** The flags that the caller may see, ordered by key. */
  readonly evaluations: readonly Evaluation[];
  /** Milliseconds since the epoch. */
  readonly evaluatedAtMs: number;
};

/**
 * The flags for one request. Answers at once, without a promise, when no stored property is needed: the
 * usual case for server SDKs.
 */
export function evaluateRequest(
  deps: EvaluationDeps,
  caller: EvaluationCaller,
  request: EvaluationRequest,
): EvaluatedFlags | Promise<EvaluatedFlags> {
  return andThen(resolveRequest(deps, caller, request), (resolved) =>
    evaluateResolved(deps, resolved),
  );
}

/** Finds out what evaluation must know, stored properties included; at once when none are needed. */
export function resolveRequest(
  deps: EvaluationDeps,
  caller: EvaluationCaller,
  request: EvaluationRequest,
): ResolvedRequest | Promise<ResolvedRequest> {
  const snapshot = deps.snapshots.get(caller.environmentId);
  const selection = {
    keys: keysAsked(snapshot, caller, request),
    isOffered: (flag: FlagDefinition) => isOffered(flag, caller, request),
    withDisabled: caller.withDisabled,
  };
  const { distinctId, personProperties: given } = request;
  const resolve = (
    stored: PersonRecord | undefined,
    isPersonUnread: boolean,
    hashKeys = stored?.hashKeys,
  ): ResolvedRequest => {
    const subject = {
      distinctId: distinctId ?? '',
      isNameless: distinctId === undefined,
      personProperties: stored ? { ...stored.properties, ...given } : given,
      staticCohortIds: stored?.staticCohortIds,
      isPersonUnread,
      deviceId: request.deviceId,
      anonDistinctId: request.anonymousId,
      hashKeyOverrides: hashKeys && hashKeyOverridesOf(snapshot.set, hashKeys),
      groups: request.groups,
      groupProperties: request.groupProperties,
    };
    return { snapshot, subject, selection };
  };
  const world = { nowMs: 0, groupTypes: snapshot.groupTypes };
  if (distinctId === undefined || !storedNeeds(snapshot.set, request, world, selection).person) {
    return resolve(undefined, false);
  }
  return deps.persons.recordOf(caller.environmentId, distinctId).then(
    async (stored) => {
      const login = loginOf(snapshot, caller, request);
      if (!login) return resolve(stored, false);
      // What cannot be kept now is served all the same: by the anonymous id, as before the login.
      const kept = await deps.persons.keepHashKeys(login).catch(() => stored.hashKeys);
      return resolve(stored, false, kept);
    },
    () => resolve(undefined, true),
  );
}

/** Undefined unless the request tells of a login that some flag must not notice. */
function loginOf(
  { set }: FlagSnapshot,
  { environmentId }: EvaluationCaller,
  { distinctId, anonymousId }: EvaluationRequest,
): Login | undefined {
  if (distinctId === undefined || anonymousId === undefined || anonymousId === distinctId) {
    return undefined;
  }
  if (set.keepingExperience.length === 0) return undefined;
  const flagIds = set.keepingExperience.map(({ definition }) => definition.id);
  return { environmentId, distinctId, anonymousId, flagIds };
}

export function evaluateResolved(
  { clock }: Pick<EvaluationDeps, 'clock'>,
  { snapshot, subject, selection }: ResolvedRequest,
): EvaluatedFlags {
  const evaluatedAtMs = clock.now();
  const context = { nowMs: evaluatedAtMs, groupTypes: snapshot.groupTypes };
  const evaluations = evaluateFlags(snapshot.set, subject, context, selection);
  return { snapshot, evaluations, evaluatedAtMs };
}

function keysAsked(
  snapshot: FlagSnapshot,
  caller: EvaluationCaller,
  request: EvaluationRequest,
): readonly string[] | undefined {
  const { keyPrefix } = caller;
  if (keyPrefix === undefined || request.flagKeys?.length === 0) return request.flagKeys;
  return snapshot.flags.map(({ key }) => key).filter((key) => key.startsWith(keyPrefix));
}

function isOffered(
  flag: FlagDefinition,
  caller: EvaluationCaller,
  request: EvaluationRequest,
): boolean {
  if (!servesRuntime(flag.evaluationRuntime, caller.runtime)) return false;
  const wanted = flag.evaluationContexts;
  const { evaluationContexts: given } = request;
  return wanted.length === 0 || given.length === 0 || wanted.some((name) => given.includes(name));
}
