// Between explanations and the wire.
import type { z } from 'zod';
import type { ConditionExplanation } from './explain-condition.ts';
import type { StepExplanation } from './explain.ts';
import type { FiltersInput } from './filters-input.ts';
import type { EvaluationBody, TestEvaluationInput } from './test-evaluation.contract.ts';
import type { FlagDraft } from './flag-draft.service.ts';
import type { GivenSubject } from './stored-subject.service.ts';
import type { TestResult } from './test-evaluation.service.ts';

type Input = z.output<typeof TestEvaluationInput>;
type Body = z.input<typeof EvaluationBody>;

export function toGivenSubject(body: Input): GivenSubject {
  return {
    distinctId: body.distinct_id,
    personProperties: body.person_properties ?? {},
    groups: body.groups ?? {},
    groupProperties: body.group_properties ?? {},
    deviceId: body.device_id ?? null,
  };
}

export function toDraft(
  body: Pick<Input, 'key' | 'active' | 'filters' | 'bucketing_identifier'>,
): FlagDraft {
  return {
    key: body.key,
    active: body.active,
    filters: body.filters as FiltersInput | undefined,
    bucketingIdentifier: body.bucketing_identifier,
  };
}

export function toEvaluationBody({ explanation, personId, groupTypes }: TestResult): Body {
  const { outcome, steps, conditions } = explanation;
  return {
    enabled: outcome.enabled,
    variant: outcome.variant,
    payload: outcome.payload,
    reason: {
      code: outcome.reason.code,
      condition_index: outcome.reason.conditionIndex,
      forced_by: outcome.reason.forcedBy ?? null,
    },
    person_id: personId,
    steps: steps.map(toStepBody),
    conditions: conditions.map((condition) => toConditionBody(condition, groupTypes)),
  };
}

function toStepBody(step: StepExplanation): Body['steps'][number] {
  switch (step.kind) {
    case 'switch':
      return { kind: step.kind, decides: step.decides, is_on: step.isOn };
    case 'dependencies':
      return { ...step, flags: [...step.flags] };
    case 'kill_switch':
    case 'override':
    case 'early_access':
    case 'holdout':
    case 'conditions':
      return step as Body['steps'][number];
  }
}

function toConditionBody(
  { index, code, properties, bucket, variant }: ConditionExplanation,
  groupTypes: TestResult['groupTypes'],
): Body['conditions'][number] {
  return {
    index,
    code,
    properties: properties.map(({ isNegated, isMatched, groupTypeIndex, ...property }) => ({
      ...property,
      negated: isNegated,
      matched: isMatched,
      group_type: groupTypeIndex === null ? null : (groupTypes[groupTypeIndex] ?? null),
    })) as Body['conditions'][number]['properties'],
    bucket: bucket && { ...omitIsIn(bucket), is_in: bucket.isIn },
    variant: variant && {
      key: variant.key,
      is_forced: variant.isForced,
      position: variant.position,
      from: variant.from,
      to: variant.to,
    },
  };
}

function omitIsIn({ isIn: _isIn, ...bucket }: NonNullable<ConditionExplanation['bucket']>) {
  return bucket;
}
