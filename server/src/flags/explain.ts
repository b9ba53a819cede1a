// Why a flag is what it is for one person: every step that evaluation takes, in its order, and which of
// them decided. For people who ask "why do I not see it?"; evaluation itself takes none of these detours.
import type { JsonValue } from '#kernel/json';
import { ownValue } from '#properties/property-value';
import type { CompileOptions, CompiledFlag } from './compile.ts';
import { decideEarlyAccess, holdoutPosition } from './evaluate.ts';
import {
  type ConditionExplanation,
  type Question,
  explainConditions,
} from './explain-condition.ts';
import { type FlagSet, evaluateFlags } from './flag-set.ts';
import type { Evaluation } from './flag.ts';
import type { Subject } from './subject.ts';

/** A flag that another one asks about, and what it is; null when there is no such flag. */
type NeededFlag = { readonly key: string; readonly value: boolean | string | null };

type Step =
  | { readonly kind: 'switch'; readonly isOn: boolean }
  | { readonly kind: 'kill_switch'; readonly flag: NeededFlag }
  | { readonly kind: 'override'; readonly value: boolean | string | null }
  | { readonly kind: 'dependencies'; readonly flags: readonly NeededFlag[] }
  | { readonly kind: 'early_access'; readonly property: string; readonly value: JsonValue }
  | { readonly kind: 'holdout'; readonly percentage: number; readonly position: number }
  | { readonly kind: 'conditions' };

/** Steps come in the order of evaluation; the first that decides ends it. */
export type StepExplanation = Step & { readonly decides: boolean };

export type FlagExplanation = {
  /** What evaluation itself says. */
  readonly outcome: Evaluation;
  readonly steps: readonly StepExplanation[];
  readonly conditions: readonly ConditionExplanation[];
};

/** The flag of that key within its set; undefined when the set has none. */
export function explainFlag(
  set: FlagSet,
  key: string,
  question: Pick<Question, 'subject' | 'context' | 'given'>,
  compileRegex: CompileOptions['compileRegex'],
): FlagExplanation | undefined {
  const { subject, context } = question;
  const flag = set.byKey.get(key);
  const [outcome] = evaluateFlags(set, subject, context, { keys: [key], withDisabled: true });
  if (!flag || !outcome) return undefined;
  const needed = neededFlags(set, flag, question);
  const flagValue = (name: string) => needed.find((one) => one.key === name)?.value ?? undefined;
  const options = { compileRegex, cohorts: set.cohorts, flagKeyOf: flagKeysOf(set) };
  const whole = { ...question, flag, options, context: { ...context, flagValue } };
  const isComplete = set.chains.get(key) !== undefined;
  return {
    outcome,
    steps: firstDecides(stepsOf(whole, needed, isComplete)),
    conditions: explainConditions(whole),
  };
}

/** Flags are named by number or key. */
function flagKeysOf({ keyById, byKey }: FlagSet): (name: string) => string | undefined {
  return (name) => keyById.get(name) ?? (byKey.has(name) ? name : undefined);
}

/** What each flag that this one needs is for the subject: kill switch and dependencies. */
function neededFlags(
  set: FlagSet,
  { dependencies, killSwitch }: CompiledFlag,
  { subject, context }: Pick<Question, 'subject' | 'context'>,
): NeededFlag[] {
  const keys = [...new Set([...(killSwitch === undefined ? [] : [killSwitch]), ...dependencies])];
  return keys.map((key) => {
    const [result] = evaluateFlags(set, subject, context, { keys: [key], withDisabled: true });
    const value = result === undefined ? null : result.enabled && (result.variant ?? true);
    return { key, value };
  });
}

function firstDecides(steps: readonly StepExplanation[]): StepExplanation[] {
  const decider = steps.findIndex(({ decides }) => decides);
  return steps.map((step, index) => ({ ...step, decides: index === decider }));
}

/** Each step by itself: whether it would decide if it were reached. */
function stepsOf(
  question: Question,
  needed: readonly NeededFlag[],
  isComplete: boolean,
): StepExplanation[] {
  const { flag, subject } = question;
  const dependencies = needed.filter(({ key }) => flag.dependencies.includes(key));
  const isMissing = dependencies.some(({ value }) => value === null);
  return [
    { kind: 'switch', isOn: flag.isActive, decides: !flag.isActive },
    ...killSwitchStep(flag, needed, isComplete),
    ...overrideStep(flag, subject),
    ...(dependencies.length === 0
      ? []
      : [
          {
            kind: 'dependencies' as const,
            flags: dependencies,
            decides: isMissing || !isComplete,
          },
        ]),
    ...earlyAccessStep(question),
    ...holdoutStep(question),
    { kind: 'conditions', decides: true },
  ];
}

/** A kill switch that cannot be asked, because a flag is missing or asks for itself, leaves the flag off. */
function killSwitchStep(
  { killSwitch }: CompiledFlag,
  needed: readonly NeededFlag[],
  isComplete: boolean,
): StepExplanation[] {
  if (killSwitch === undefined) return [];
  const value = isComplete ? (needed.find(({ key }) => key === killSwitch)?.value ?? null) : null;
  return [{ kind: 'kill_switch', flag: { key: killSwitch, value }, decides: value !== false }];
}

function overrideStep({ overrides }: CompiledFlag, { distinctId }: Subject): StepExplanation[] {
  if (!overrides) return [];
  const forced = overrides.get(distinctId);
  const value = forced ? forced.enabled && (forced.variant ?? true) : null;
  return [{ kind: 'override', value, decides: forced !== undefined }];
}

function earlyAccessStep({ flag, subject, context }: Question): StepExplanation[] {
  if (!flag.earlyAccess) return [];
  const { enrollmentKey, legacy } = flag.earlyAccess;
  const property = enrollmentKey ?? legacy?.keys[0] ?? '';
  const value = (ownValue(subject.personProperties, property) ?? null) as JsonValue;
  const decides = decideEarlyAccess(flag, subject, context) !== undefined;
  return [{ kind: 'early_access', property, value, decides }];
}

function holdoutStep({ flag, subject, context }: Question): StepExplanation[] {
  if (!flag.holdout) return [];
  const { percentage } = flag.holdout;
  const place = holdoutPosition(flag, subject, context);
  const decides = percentage === 100 || place <= percentage / 100;
  return [{ kind: 'holdout', percentage, position: place * 100, decides }];
}
