// One stage as the form holds it, and the wire form that it becomes and comes from.
import type { RequestOf } from '../api/client.ts';
import {
  type ConditionDraft,
  conditionFrom,
  propertyFrom,
  rowId,
  type StoredCondition,
} from '../targeting/condition-draft.ts';
import { formatPercent } from '../ui/format.ts';

type StageInput = RequestOf<'rollouts.create'>['body']['stages'][number];
type StageProperty = NonNullable<StageInput['properties']>[number];
type Comparison = NonNullable<StageInput['compare']>;

export type StageDraft = {
  readonly id: string;
  /** Empty: named after its percentage. */
  readonly name: string;
  readonly percent: number;
  /** Who the stage is for; empty: everyone, by percentage. */
  readonly conditions: readonly ConditionDraft[];
  readonly bakeSeconds: number;
  /** Null: the server's default, 48 times the bake. */
  readonly maxBakeSeconds: number | null;
  /** People with the change before promotion; null: the server's default. */
  readonly minExposures: number | null;
  /** What it is held against; null: what fits the stage. */
  readonly compare: Comparison | null;
  readonly needsApproval: boolean;
  readonly coversPeak: boolean;
  /** Ids of guardrails that must be proven safe; null: the server's default. */
  readonly safeFor: readonly string[] | null;
  /** From here on only a backup brings the data back; counts only in a plan that is destructive. */
  readonly isPointOfNoReturn: boolean;
  /** Where people say what they think; empty: nowhere. */
  readonly feedbackChannel: string;
  /** What those who have the change are asked; empty: nothing. */
  readonly feedbackQuestion: string;
};

const HOUR = 3600;
const DAY = 86_400;

/** Ladders that teams use, as [percent, bake in seconds]. */
export const LADDERS = [
  {
    name: 'Usual: 1 → 5 → 25 → 50 → 100 % in about two and a half days',
    steps: [
      [1, HOUR / 2],
      [5, HOUR],
      [25, 4 * HOUR],
      [50, DAY],
      [100, DAY],
    ],
  },
  {
    name: 'Short: 10 → 25 → 50 → 100 % in about a day',
    steps: [
      [10, HOUR],
      [25, 4 * HOUR],
      [50, 8 * HOUR],
      [100, 12 * HOUR],
    ],
  },
  {
    name: 'Careful: 5 → 25 → 50 → 100 % in two weeks',
    steps: [
      [5, 2 * DAY],
      [25, 4 * DAY],
      [50, 7 * DAY],
      [100, DAY],
    ],
  },
] as const;

export function stageAt(percent: number, bakeSeconds: number): StageDraft {
  return {
    id: rowId(),
    name: '',
    percent,
    conditions: [],
    bakeSeconds,
    maxBakeSeconds: null,
    minExposures: null,
    compare: null,
    needsApproval: false,
    coversPeak: false,
    safeFor: null,
    isPointOfNoReturn: false,
    feedbackChannel: '',
    feedbackQuestion: '',
  };
}

export function ladderStages(index: number): StageDraft[] {
  const ladder = LADDERS[index] ?? LADDERS[0];
  return ladder.steps.map(([percent, bakeSeconds]) => stageAt(percent, bakeSeconds));
}

/** The name of a stage: its own, else its share. */
export function stageName({ name, percent, conditions }: StageDraft): string {
  const given = name.trim();
  if (given) return given;
  if (conditions.length === 0) return formatPercent(percent);
  const whom = conditions.every(({ type }) => type === 'group') ? 'groups' : 'people';
  return `Named ${whom}, ${formatPercent(percent)}`;
}

function stagePropertyFrom(condition: ConditionDraft): StageProperty {
  const { key, type, operator, value } = propertyFrom(condition);
  return { key, type, operator, value } as StageProperty;
}

function feedbackTo({ feedbackChannel, feedbackQuestion }: StageDraft): StageInput['feedback'] {
  const channel = feedbackChannel.trim() || null;
  const question = feedbackQuestion.trim() || null;
  return channel === null && question === null ? null : { channel, question };
}

export function stageTo(stage: StageDraft): StageInput {
  const { maxBakeSeconds, minExposures, compare, safeFor } = stage;
  return {
    name: stageName(stage),
    percent: stage.percent,
    properties: stage.conditions.map(stagePropertyFrom),
    min_bake_seconds: stage.bakeSeconds,
    approval: stage.needsApproval,
    cover_peak: stage.coversPeak,
    feedback: feedbackTo(stage),
    ...(maxBakeSeconds === null ? {} : { max_bake_seconds: maxBakeSeconds }),
    ...(minExposures === null ? {} : { min_exposures: minExposures }),
    ...(compare === null ? {} : { compare }),
    ...(safeFor === null ? {} : { safe_for: [...safeFor] }),
  };
}

const feedbackFrom = ({ feedback }: StageInput) => ({
  feedbackChannel: feedback?.channel ?? '',
  feedbackQuestion: feedback?.question ?? '',
});

/** The stage of a stored plan, in the form. */
export function stageFrom(wire: StageInput): StageDraft {
  const percent = wire.percent ?? 100;
  const draft: StageDraft = {
    ...stageAt(percent, wire.min_bake_seconds ?? HOUR / 2),
    conditions: (wire.properties ?? []).map((one) =>
      conditionFrom({ type: 'person', ...one } as StoredCondition),
    ),
    maxBakeSeconds: wire.max_bake_seconds ?? null,
    minExposures: wire.min_exposures ?? null,
    compare: wire.compare ?? null,
    needsApproval: wire.approval ?? false,
    coversPeak: wire.cover_peak ?? false,
    safeFor: wire.safe_for ?? null,
    isPointOfNoReturn: wire.point_of_no_return ?? false,
    ...feedbackFrom(wire),
  };
  // A name that follows from the percentage goes on following it.
  return stageName(draft) === wire.name ? draft : { ...draft, name: wire.name };
}
