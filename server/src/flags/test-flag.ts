// Flags for tests: the least that is needed, everything else as a new flag has it.
import type { EvaluationContext, Subject } from './evaluate.ts';
import type { FlagDefinition, Filters, Property } from './flag.ts';

/** A boolean flag for everyone; `filters` are taken as given. */
export function aFlag(changes: Partial<FlagDefinition> = {}): FlagDefinition {
  return {
    id: 1,
    key: 'new-checkout',
    name: '',
    active: true,
    filters: { groups: [{ rollout_percentage: 100 }] },
    version: 1,
    evaluationRuntime: 'all',
    evaluationContexts: [],
    bucketingIdentifier: 'distinct_id',
    ensureExperienceContinuity: false,
    hasExperiment: false,
    isRemoteConfiguration: false,
    valueType: null,
    valueSource: null,
    ...changes,
  };
}

/** Filters with one condition set of these properties. */
export function when(properties: readonly Property[], percentage = 100): Filters {
  return { groups: [{ properties, rollout_percentage: percentage }] };
}

export function aSubject(changes: Partial<Subject> = {}): Subject {
  return { distinctId: 'user-1', personProperties: {}, ...changes };
}

/** 20 November 2026, 12:00 UTC. */
export const NOON: EvaluationContext = { nowMs: Date.UTC(2026, 10, 20, 12) };
