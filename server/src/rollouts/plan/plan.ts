// A plan as the controller works with it: milliseconds, fractions, every default settled. What is sent
// and stored is the wire form of plan.contract.ts, which says what it means in these terms.
import type { Property } from '#flags/flag';
import { groupUnits, PEOPLE, type Units } from '#kernel/units';
import type { Comparison, Guardrail } from '#metrics/guardrail';
import type { EvidenceLines } from '#metrics/verdict';
import type { ChangeWindow } from './change-window.ts';

export type Stage = {
  readonly name: string;
  /** 0 to 100: of everyone, or of the people that `properties` name. */
  readonly percent: number;
  /** Empty: everyone, by percentage. */
  readonly properties: readonly Property[];
  readonly comparison: Comparison;
  readonly minBakeMs: number;
  readonly maxBakeMs: number;
  readonly minExposures: number;
  readonly needsApproval: boolean;
  /** Promotion waits until one of the day's busiest hours lies within the stage. */
  readonly coverPeak: boolean;
  /** Ids of the guardrails that must be proven safe before promotion. */
  readonly safeFor: readonly string[];
  /** From here on the data can be brought back from a backup only. */
  readonly isPointOfNoReturn: boolean;
  /** Where its people say what they think, and what they are asked; null: nothing is asked for. */
  readonly feedback: { readonly channel: string | null; readonly question: string | null } | null;
};

/**
 * By what a change does to data. A: it writes what was written before. B: it adds fields, which the version before
 * ignores. C: it writes new entities. D: it destroys what the version before needs.
 */
export const ROLLBACK_IMPACTS = ['A', 'B', 'C', 'D'] as const;

/** What going back costs in data; see way-back.ts. */
export type Impact = {
  readonly kind: (typeof ROLLBACK_IMPACTS)[number];
  /** C: the version before is given what the change writes, too, so that going back loses nothing. */
  readonly isInStep: boolean;
  /** What is lost and how it is restored, in people's words. */
  readonly note: string;
};

/**
 * What Serin may do by itself when harm shows. shadow: nothing, the time line says what it would have done.
 * notify: nothing, but people are told. hold: stop expanding. auto: take the change back as well.
 */
export const AUTOMATIONS = ['shadow', 'notify', 'hold', 'auto'] as const;
export type Automation = (typeof AUTOMATIONS)[number];

export type Policy = EvidenceLines & {
  readonly automation: Automation;
  /** Who counts as exposed: whoever has called the flag, or as well whoever was given its value. */
  readonly exposure: 'called' | 'served';
  /** When stages may be promoted; empty: always. */
  readonly changeWindows: readonly ChangeWindow[];
  readonly yellowDeadlineMs: number;
  readonly onYellowDeadline: 'escalate' | 'rollback';
  readonly onInconclusive: 'by_stage' | 'promote' | 'hold';
  readonly onNoData: 'hold' | 'rollback';
  readonly noDataAfterMs: number;
  readonly noDataDeadlineMs: number;
  readonly onSourceDown: 'hold' | 'rollback';
  readonly sourceDownDeadlineMs: number;
  readonly calmMs: number;
  readonly rollbackTo: 'zero_keep_targeted' | 'previous_tier' | 'off' | 'kill';
  readonly settleMs: number;
  readonly tickMs: number;
  readonly bucketMs: number;
};

export type Plan = {
  readonly flagKey: string;
  /** The variant handed out; null for a boolean flag. */
  readonly treatment: string | null;
  /** The variant that the others have, for the record; null for a boolean flag. */
  readonly control: string | null;
  /** The type of the groups that get the change and are compared; null: people. */
  readonly unit: string | null;
  readonly stages: readonly Stage[];
  readonly impact: Impact;
  readonly guardrails: readonly Guardrail[];
  readonly policy: Policy;
};

/** What people call those who get the change and are compared. */
export const unitsOf = ({ unit }: Pick<Plan, 'unit'>): Units =>
  unit === null ? PEOPLE : groupUnits(unit);

/** True when going back loses or breaks data, at some stage at least. */
export function isLossy({ impact }: Pick<Plan, 'impact'>): boolean {
  return impact.kind === 'D' || (impact.kind === 'C' && !impact.isInStep);
}

/** Stages for named people have no randomised control, nor has 100 %. */
export function isTargeted(stage: { readonly properties: readonly unknown[] }): boolean {
  return stage.properties.length > 0;
}

/** Everybody has the change: nobody is left to compare with. */
export function isFull(stage: Pick<Stage, 'properties' | 'percent'>): boolean {
  return !isTargeted(stage) && stage.percent === 100;
}
