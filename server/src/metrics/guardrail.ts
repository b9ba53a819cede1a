// What a guardrail is: what is counted of each exposed person, which direction is harm, and where its bands
// lie. What its numbers say is evidence.ts; combining guardrails into one verdict is verdict.ts; counting
// people is metrics.query.ts.
import type { Reading } from '#sources/readings';
import type { RateBucket } from '#stats/rate';

/** Two yellow guardrails of different families count as red. */
export const GUARDRAIL_FAMILIES = ['errors', 'speed', 'behaviour', 'business'] as const;
export type GuardrailFamily = (typeof GUARDRAIL_FAMILIES)[number];

export const EVENT_OPERATORS = [
  'exact',
  'is_not',
  'icontains',
  'not_icontains',
  'is_set',
  'is_not_set',
  'gt',
  'gte',
  'lt',
  'lte',
] as const;
export type EventOperator = (typeof EVENT_OPERATORS)[number];

/** Narrows the events that count to those whose property compares so. */
export type EventFilter = {
  readonly key: string;
  readonly operator: EventOperator;
  readonly value: string | number | boolean | readonly (string | number | boolean)[] | null;
};

/** Events of one name, narrowed. */
export type EventMatch = { readonly event: string; readonly filters: readonly EventFilter[] };
/** The numbers that a property of such events holds; null: each event is one. */
export type Series = EventMatch & { readonly property: string | null };

/** What is counted of each exposed person after they entered. */
export type Measure =
  /** Whether they had at least one such event, `afterMs` or more after they entered where that is set. */
  | { readonly kind: 'share'; readonly afterMs?: number }
  /** Whether they had all of these, in this order, within so long. */
  | {
      readonly kind: 'conversion';
      readonly steps: readonly EventMatch[];
      readonly windowMs: number;
    }
  /** Whether at least one value lay above the threshold, which is the percentile as it was before the start. */
  | {
      readonly kind: 'latency';
      readonly property: string;
      /** 0 to 1. */
      readonly level: number;
      readonly threshold: number;
    }
  /** The sum of their values, drawn in to `cap` (frozen at the start), per person or per something else. */
  | {
      readonly kind: 'mean';
      readonly property: string | null;
      readonly cap: number | null;
      readonly per: Series | null;
      /** Whether people had any such event is evidence as well: it speaks long before a mean of theirs can. */
      readonly countsAny?: true;
    }
  /** The part of a person's sessions that had at least one such event. */
  | { readonly kind: 'sessions' }
  /** What another program counted of servers: requests, not people. */
  | { readonly kind: 'external'; readonly reading: Reading };

/** Decides by estimates alone, as fixed thresholds do: beyond a band in `over` of the last `windows` windows. */
export type Estimate = {
  readonly windows: number;
  readonly over: number;
  /** People with the change in a window, in the order in which they entered. */
  readonly minSample: number;
};

/** What a guardrail may do when it is red. The last two only watch: they never take the change back. */
export const RED_ACTIONS = ['rollback', 'hold', 'notify'] as const;
export type RedAction = (typeof RED_ACTIONS)[number];

/** From where people should look, and from where the change is taken back. */
export type Bands = { readonly yellow: number; readonly red: number };

/** How treatment is held against control: by its ratio to it (1 is the same), or the difference (0 is). */
export type Scale = 'ratio' | 'difference';

/** What is counted of exposed people, and what would be harm. */
export type Guardrail = {
  readonly id: string;
  /** The word of the plan for what it measures. */
  readonly kind: string;
  readonly family: GuardrailFamily;
  readonly event: string;
  readonly filters: readonly EventFilter[];
  readonly measure: Measure;
  /** True where the share was above a fifth before the start: the rate e-process would be slow. */
  readonly isCommon: boolean;
  /** Part of the people of a day who had the outcome before the start; null where that is not known. */
  readonly usualShare: number | null;
  /** The direction that is harm. */
  readonly harm: 'up' | 'down';
  /** Against control, on a scale, and the plan's word for it; null: only fixed limits count. */
  readonly bands: (Bands & { readonly scale: Scale; readonly compare: string }) | null;
  /** Limits of treatment's own value (a share is 0 to 1), without regard to control. */
  readonly absolute: Bands | null;
  /** Below this many people hurt the comparison alone is never red; the absolute limit needs no such number. */
  readonly minAffectedPeople: number;
  /** What promotion asks of it: proof that it is safe, or only that no harm shows. */
  readonly require: 'safe' | 'no_harm';
  readonly onRed: RedAction;
  /** Null or missing: by evidence, valid however often one looks. */
  readonly estimate?: Estimate | null;
};

/**
 * What a stage is held against. ratio: people without the change. absolute: fixed limits alone. self_control: the same
 * people before the rollout. before_after: everybody at the same hours of earlier weeks. Nobody is a randomised control
 * in the last two: they may pause, and never take the change back.
 */
export const COMPARISONS = ['ratio', 'absolute', 'self_control', 'before_after'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** True when `value` has reached `limit` in the direction of harm. */
export function isBeyond({ harm }: Pick<Guardrail, 'harm'>, value: number, limit: number): boolean {
  return harm === 'up' ? value >= limit : value <= limit;
}

/** True for guardrails that count people: of exposed ones, in both arms. */
export function countsPeople({ measure }: Pick<Guardrail, 'measure'>): boolean {
  return measure.kind !== 'external';
}

/** True for guardrails that can take the change back. */
export function canRollBack({ onRed }: Pick<Guardrail, 'onRed'>): boolean {
  return onRed === 'rollback';
}

/**
 * Treatment people hurt so far: those with the outcome where more is harm; where less is harm, those
 * who would have been expected to have it (a loss leaves no event behind to count).
 */
export function affectedPeople(guardrail: Guardrail, counts: RateBucket): number {
  if (guardrail.harm === 'up') return counts.a;
  const expectedShare = counts.nC > 0 ? counts.b / counts.nC : (guardrail.absolute?.red ?? 0);
  return counts.nT * expectedShare;
}
