// Evaluates an SDK's request for flags: which flags it may see, whose properties count, and what happens
// when the store of people cannot be asked.
import {
  type FlagSnapshot,
  type FlagSnapshots,
  type Selection,
  type StoredNeeds,
  evaluateFlags,
  storedNeeds,
} from '#flags';
import type { Subject } from '#flags/evaluate';
import type { Evaluation, FlagDefinition } from '#flags/flag';
import type { Clock } from '#kernel/clock';
import { andThen } from './and-then.ts';
import type { EvaluationRequest } from './evaluation-request.ts';
import { type Runtime, servesRuntime } from './runtime.ts';
import type { StoredPersons } from './stored-person.service.ts';
import {
  NOBODY,
  type NamedGroup,
  type Stored,
  readGroups,
  readPerson,
  subjectOf,
} from './stored-subject.service.ts';

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
  const resolve = (stored: Stored): ResolvedRequest => {
    return { snapshot, subject: subjectOf(request, stored, snapshot), selection };
  };
  const world = { nowMs: 0, groupTypes: snapshot.groupTypes };
  const needs = storedNeeds(snapshot.set, request, world, selection);
  const needsPerson = needs.person && request.distinctId !== undefined;
  if (!needsPerson && needs.groupTypes.length === 0) return resolve(NOBODY);
  const { environmentId } = caller;
  return Promise.all([
    needsPerson ? readPerson(deps.persons, environmentId, request, snapshot) : NOBODY,
    readGroups(deps.persons, environmentId, request, groupsNeeded(snapshot, request, needs)),
  ]).then(([person, groups]) => resolve({ ...person, ...groups }));
}

/** The groups of the request whose stored properties are needed. */
function groupsNeeded(
  { groupTypes }: FlagSnapshot,
  { groups }: EvaluationRequest,
  needs: StoredNeeds,
): NamedGroup[] {
  return needs.groupTypes.flatMap((typeIndex) => {
    const type = groupTypes[typeIndex];
    const key = type === undefined ? undefined : groups[type];
    return type === undefined || key === undefined ? [] : [{ type, typeIndex, key }];
  });
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
