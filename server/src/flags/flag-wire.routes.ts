// Between the wire's words for flags (PostHog's) and ours.
import type { z } from 'zod';
import { fail } from '#kernel/errors';
import { toUserBody } from '#kernel/http.contract';
import type { JsonObject } from '#kernel/json';
import type { ProjectCtx } from '#platform/ctx';
import type { FiltersBody } from './filters.contract.ts';
import type { FiltersInput } from './filters-input.ts';
import { type FlagChange, type FlagState, mergeShared } from './flag-change.ts';
import { isStale } from './staleness.ts';
import type { FlagUpdate } from './flag-body.contract.ts';
import type { FlagFilterBody } from './flag-filter.contract.ts';
import type { FlagFilter } from './flag-filter.ts';
import type { flagsRoutes } from './flags.contract.ts';
import type { FlagRecord } from './flags.service.ts';

/** Of PATCH; that of POST and PUT is one with a key. */
export type UpdateBody = z.output<typeof FlagUpdate>;

export function toChange(body: UpdateBody): FlagChange {
  return {
    key: body.key,
    name: body.name ?? undefined,
    filters: targetingOf(body),
    active: body.active,
    archived: body.archived,
    deleted: body.deleted,
    tags: body.tags,
    ownerId: body.owner_id,
    payloadSchema: body.payload_schema as JsonObject | null | undefined,
    evaluationContexts: body.evaluation_contexts,
    evaluationRuntime: body.evaluation_runtime ?? undefined,
    bucketingIdentifier: body.bucketing_identifier ?? undefined,
    ensureExperienceContinuity: body.ensure_experience_continuity ?? undefined,
    kind: body.kind,
    isRemoteConfiguration: body.is_remote_configuration,
    valueType: body.value_type,
    valueSource: body.value_source,
    killSwitch: body.kill_switch,
    force: body.force,
    overRollout: body.over_rollout,
    version: body.version,
    reason: body.reason,
  };
}

/** `rollout_percentage` at the top is the older way to say: everyone, by this share. */
function targetingOf(body: UpdateBody): FiltersInput | undefined {
  const { filters, rollout_percentage: share } = body;
  if (share === undefined || share === null) return (filters as FiltersInput | null) ?? undefined;
  if (filters) {
    fail('invalid_input', {
      attr: 'rollout_percentage',
      detail: 'Give the percentage in filters.groups, or here without filters.',
    });
  }
  return { groups: [{ properties: [], rollout_percentage: share }] };
}

/** Of a list's query or a bulk change's body. */
type FilterWire = z.output<typeof FlagFilterBody>;

const STATES = { true: 'on', false: 'off', STALE: 'stale' } as const;

export function filterOf(wire: FilterWire): FlagFilter {
  return {
    search: wire.search,
    state: wire.active && STATES[wire.active],
    archived: wire.archived,
    type: wire.type,
    kind: wire.kind,
    createdById: wire.created_by_id,
    ownerId: wire.owner_id === 'none' ? null : wire.owner_id,
    evaluationRuntime: wire.evaluation_runtime,
    hasEvaluationContexts: wire.has_evaluation_contexts,
    tags: wire.tags,
    excludedTags: wire.excluded_tags,
    onIn: wire.on_in,
    offIn: wire.off_in,
  };
}

export function toBody(ctx: ProjectCtx, record: FlagRecord) {
  return {
    id: record.id,
    key: record.key,
    name: record.name,
    filters: record.filters as z.input<typeof FiltersBody>,
    active: record.active,
    archived: record.archived,
    deleted: record.deleted,
    status: statusOf(record, ctx.clock.now()),
    version: record.version,
    tags: [...record.tags],
    evaluation_contexts: [...record.evaluationContexts],
    evaluation_runtime: record.evaluationRuntime,
    bucketing_identifier: record.bucketingIdentifier,
    ensure_experience_continuity: record.ensureExperienceContinuity,
    kind: record.kind,
    is_remote_configuration: record.isRemoteConfiguration,
    value_type: record.valueType,
    value_source: record.valueSource,
    kill_switch: record.killSwitchKey,
    has_encrypted_payloads: false as const,
    experiment_set: [...record.experimentIds],
    owner: toUserBody(record.owner),
    payload_schema: record.payloadSchema,
    last_called_at: record.lastCalledAt?.toISOString() ?? null,
    created_by: toUserBody(record.createdBy),
    created_at: record.createdAt.toISOString(),
    updated_at: record.updatedAt.toISOString(),
    last_modified_by: toUserBody(record.updatedBy),
    environment: ctx.environment.key,
  };
}

/** A version's state; what an old version did not have yet is as in a new flag. */
export function stateBody(state: FlagState) {
  const shared = mergeShared(undefined, state);
  return {
    key: shared.key,
    name: shared.name,
    active: state.active,
    archived: shared.archived,
    deleted: shared.deleted,
    filters: state.filters as z.input<typeof FiltersBody>,
    tags: [...shared.tags],
    evaluation_contexts: [...shared.evaluationContexts],
    evaluation_runtime: shared.evaluationRuntime,
    bucketing_identifier: shared.bucketingIdentifier,
    ensure_experience_continuity: shared.ensureExperienceContinuity,
    kind: shared.kind,
    is_remote_configuration: shared.isRemoteConfiguration,
    value_type: shared.valueType,
    value_source: shared.valueSource,
    kill_switch_id: shared.killSwitchId,
    owner_id: shared.ownerId,
    payload_schema: shared.payloadSchema,
  };
}

type Status = z.output<(typeof flagsRoutes)['status']['response']>['status'];

export const STATUS_REASONS: Record<Status, string> = {
  ACTIVE: 'The flag is switched on in this environment.',
  STALE: 'The flag is switched on in this environment, but no code has asked for it for 30 days.',
  INACTIVE: 'The flag is switched off in this environment.',
  ARCHIVED: 'The flag is archived: off in every environment.',
  DELETED: 'The flag is deleted: off in every environment.',
};

export function statusOf(record: FlagRecord, nowMs: number): Status {
  const { deleted, archived, active } = record;
  if (deleted) return 'DELETED';
  if (archived) return 'ARCHIVED';
  if (!active) return 'INACTIVE';
  return isStale(record, nowMs) ? 'STALE' : 'ACTIVE';
}
