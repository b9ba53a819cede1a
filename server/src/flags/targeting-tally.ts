// Counts whom a flag reaches, person by person, by the evaluator itself: whom each condition set means, whom
// it takes in, what they get, and for whom that differs from another version of the flag.
import type { CompiledCondition, CompiledFlag } from './compile.ts';
import { type FlagSet, evaluateFlags } from './flag-set.ts';
import type { EvaluationContext, Subject } from './subject.ts';

export type SetTally = {
  /** Whose properties hold; null for a set that is dealt out by group. */
  readonly matching: number | null;
  /** Whom the set decides for; null for a set that is dealt out by group. */
  readonly taken: number | null;
  /** Whether it asks for groups, which come with requests and are not known of people. */
  readonly asksForGroups: boolean;
};

export type Tally = {
  readonly sets: readonly SetTally[];
  /** People by what they get: a variant, or `true`; those who get false are left out. */
  readonly values: ReadonlyMap<string, number>;
  readonly changes: { readonly gained: number; readonly lost: number; readonly other: number };
};

/** A flag within the flags that it may depend on. */
export type TalliedFlag = { readonly set: FlagSet; readonly key: string };

type Value = boolean | string;

/** Counts those who are added. */
export class TargetingTally {
  readonly #flag: TalliedFlag;
  readonly #before: TalliedFlag | undefined;
  readonly #context: EvaluationContext;
  readonly #compiled: CompiledFlag | undefined;
  readonly #sets: { matching: number; taken: number }[];
  readonly #values = new Map<string, number>();
  readonly #changes = { gained: 0, lost: 0, other: 0 };

  /** @param before the version to compare with; left out, nothing is counted as changed */
  constructor(flag: TalliedFlag, before: TalliedFlag | undefined, context: EvaluationContext) {
    this.#flag = flag;
    this.#before = before;
    this.#context = context;
    this.#compiled = flag.set.byKey.get(flag.key);
    this.#sets = (this.#compiled?.conditions ?? []).map(() => ({ matching: 0, taken: 0 }));
  }

  add(subject: Subject): void {
    const { value, index } = this.#valueOf(this.#flag, subject);
    if (value !== false) this.#values.set(String(value), this.#count(value) + 1);
    const taken = index === null || value === false ? undefined : this.#sets[index];
    if (taken) taken.taken += 1;
    this.#addMatches(subject);
    if (this.#before) this.#compare(this.#valueOf(this.#before, subject).value, value);
  }

  result(): Tally {
    return {
      sets: (this.#compiled?.conditions ?? []).map((condition, index) =>
        this.#setTally(condition, index),
      ),
      values: this.#values,
      changes: this.#changes,
    };
  }

  #count(value: Value): number {
    return this.#values.get(String(value)) ?? 0;
  }

  #valueOf({ set, key }: TalliedFlag, subject: Subject): { value: Value; index: number | null } {
    const [outcome] = evaluateFlags(set, subject, this.#context, { keys: [key] });
    if (!outcome) return { value: false, index: null };
    const { enabled, variant, reason } = outcome;
    const isOfSet = reason.code === 'condition_match';
    return { value: enabled && (variant ?? true), index: isOfSet ? reason.conditionIndex : null };
  }

  /** Whether properties hold is asked of every set by itself, also of those after the one that decided. */
  #addMatches(subject: Subject): void {
    const conditions = this.#compiled?.conditions ?? [];
    const context = this.#withNeeded(subject);
    conditions.forEach(({ tests }, index) => {
      const tally = this.#sets[index];
      if (tally && tests.every((test) => test(subject, context))) tally.matching += 1;
    });
  }

  /** The context with what other flags are for the subject. */
  #withNeeded(subject: Subject): EvaluationContext {
    const keys = this.#compiled?.dependencies ?? [];
    if (keys.length === 0) return this.#context;
    const values = new Map(
      keys.map((key) => {
        const { set } = this.#flag;
        return [key, set.byKey.has(key) ? this.#valueOf({ set, key }, subject).value : undefined];
      }),
    );
    return { ...this.#context, flagValue: (key) => values.get(key) };
  }

  #compare(before: Value, after: Value): void {
    if (before === after) return;
    if (before === false) this.#changes.gained += 1;
    else if (after === false) this.#changes.lost += 1;
    else this.#changes.other += 1;
  }

  #setTally({ groupTypeIndex }: CompiledCondition, index: number): SetTally {
    const properties = this.#compiled?.definition.filters.groups[index]?.properties ?? [];
    const isByGroup = groupTypeIndex >= 0;
    const asksForGroups = isByGroup || properties.some(({ type }) => type === 'group');
    const { matching = 0, taken = 0 } = this.#sets[index] ?? {};
    return isByGroup
      ? { matching: null, taken: null, asksForGroups }
      : { matching, taken, asksForGroups };
  }
}
