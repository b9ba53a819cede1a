// One guardrail as the form holds it. Its wire form is guardrail-wire.ts.
import type { GuardrailFamily } from 'serin/metrics/guardrail';
import { type Vital, VITAL_LIMITS } from 'serin/rollouts/guardrail-kinds';
import { type ConditionDraft, rowId } from '../targeting/condition-draft.ts';
import {
  type Bands,
  type CompareMode,
  defaultsOf,
  type GuardrailKind,
  needsEvent,
  takes,
  usualBands,
  usualLimits,
} from './guardrail-presets.ts';

/** Events of one name, narrowed by their properties. */
export type MatchDraft = {
  readonly id: string;
  readonly event: string;
  readonly conditions: readonly ConditionDraft[];
};

export type GuardrailDraft = {
  readonly id: string;
  /** Its id in the plan; empty: made from what it measures. */
  readonly name: string;
  readonly kind: GuardrailKind;
  /** Empty: that of the kind. */
  readonly event: string;
  readonly conditions: readonly ConditionDraft[];
  /** Which answers of a server are errors; with an event of one's own. */
  readonly status: '5xx' | '4xx' | '429';
  readonly statusProperty: string;
  /** Events of a funnel, in order. */
  readonly steps: readonly MatchDraft[];
  /** Property that holds a number. */
  readonly property: string;
  /** Which percentile of durations. */
  readonly percentile: number;
  /** How long after the exposure a conversion counts. */
  readonly windowSeconds: number;
  /** What the others are divided by; without a property, by how many there are. */
  readonly per: MatchDraft & { readonly property: string };
  /** What browsers measure of a page. */
  readonly vital: Vital;
  /** Decides by fixed thresholds instead of evidence; null: by evidence. */
  readonly estimate: {
    readonly windows: number;
    readonly over: number;
    readonly minSample: number;
  } | null;
  /** PromQL: one number, or failed and all requests by the label of their arm. */
  readonly query: string;
  readonly badQuery: string;
  readonly totalQuery: string;
  readonly label: string;
  readonly treatmentValue: string;
  readonly controlValue: string;
  /** Whose share is counted. */
  readonly unit: 'person' | 'session';
  readonly compare: CompareMode;
  readonly direction: 'up' | 'down';
  /** As shown: changes, points and shares in percent. */
  readonly yellow: number;
  readonly red: number;
  /** Limits of the value itself besides, shares in percent; null for none. */
  readonly absolute: Bands | null;
  readonly onRed: 'rollback' | 'hold' | 'notify';
  /** Null: by kind. */
  readonly family: GuardrailFamily | null;
  readonly require: 'safe' | 'no_harm' | null;
  readonly minAffected: number | null;
  /** Start although no such event has arrived lately. */
  readonly isWithoutBaseline: boolean;
};

/** What every part of a guardrail's form is given. */
export type GuardrailFieldsProps = {
  readonly guardrail: GuardrailDraft;
  readonly index: number;
  readonly onChange: (guardrail: GuardrailDraft) => void;
};

export const newMatch = (event = ''): MatchDraft => ({ id: rowId(), event, conditions: [] });

/** Vitals have limits that everybody knows. */
export const ownLimits = (kind: GuardrailKind, vital: Vital): Bands | null =>
  takes(kind, 'vital') ? VITAL_LIMITS[vital] : null;

export function newGuardrail(kind: GuardrailKind): GuardrailDraft {
  const { absolute, compare: modes, harm, percentile, unit, windowSeconds } = defaultsOf(kind);
  const [compare = 'ratio'] = modes;
  return {
    id: rowId(),
    name: '',
    kind,
    event: '',
    conditions: [],
    status: '5xx',
    statusProperty: 'status',
    steps: takes(kind, 'steps') ? [newMatch(), newMatch()] : [],
    property: '',
    percentile,
    windowSeconds,
    vital: 'LCP',
    estimate: null,
    query: '',
    badQuery: '',
    totalQuery: '',
    label: '',
    treatmentValue: '',
    controlValue: '',
    per: { ...newMatch(), property: '' },
    unit,
    compare,
    direction: harm,
    ...usualBands(kind, compare, harm),
    absolute: ownLimits(kind, 'LCP') ?? (absolute && usualLimits(kind, harm)),
    onRed: 'rollback',
    family: null,
    require: null,
    minAffected: null,
    isWithoutBaseline: false,
  };
}

/** The event that a guardrail is about: the last step of a funnel. */
export function measuredEvent({ event, kind, steps }: GuardrailDraft): string {
  if (takes(kind, 'steps')) return steps.at(-1)?.event ?? '';
  return event || (needsEvent(kind) ? '' : (defaultsOf(kind).event ?? ''));
}

/** Short ids from what is measured, unique within the plan: `exceptions`, `order-failed`, `order-failed-2`. */
export function guardrailIds(guardrails: readonly GuardrailDraft[]): string[] {
  const taken = new Set(guardrails.map(({ name }) => name.trim()).filter((name) => name !== ''));
  return guardrails.map((guardrail) => {
    const own = guardrail.name.trim();
    if (own !== '') return own;
    const { kind } = guardrail;
    const source = needsEvent(kind) || takes(kind, 'steps') ? measuredEvent(guardrail) : '';
    const usual = kind === 'exception_users' ? 'exceptions' : kind;
    const base =
      (source || usual)
        .replace(/[^A-Za-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 50)
        .toLowerCase() || 'event';
    let id = base;
    for (let count = 2; taken.has(id); count += 1) id = `${base}-${count}`;
    taken.add(id);
    return id;
  });
}

/** Beyond a band in three of the last five windows of a hundred people. */
export const USUAL_ESTIMATE = { windows: 5, over: 3, minSample: 100 } as const;
