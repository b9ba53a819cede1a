// Counts in memory until they are written: how often which outcome was answered, when code last asked for a
// flag, and what was asked for in vain. Everything is bounded; what does not fit is not counted.
import type { Evaluation } from '#flags/flag';
import type { SdkFamily } from './sdk-family.ts';

/** Whether the request asked for all flags, which says nothing about a single one, or named it. */
type Asked = 'all' | 'named';

export type UsageRow = {
  readonly environmentId: number;
  readonly flag: string;
  readonly value: string;
  readonly sdk: SdkFamily;
  readonly asked: Asked;
  readonly count: number;
};

export type CallRow = {
  readonly environmentId: number;
  readonly flag: string;
  /** Milliseconds since the epoch. */
  readonly lastCalledMs: number;
};

export type UnknownRow = CallRow & { readonly count: number; readonly sdk: SdkFamily };

export type Counts = {
  readonly usage: readonly UsageRow[];
  readonly calls: readonly CallRow[];
  readonly unknown: readonly UnknownRow[];
};

/**
 * Answers with all flags are counted one by one up to this many a second, then every sixteenth for sixteen:
 * at the highest rates counting costs a hundredth of a request instead of a twentieth.
 */
const EXACT_PER_SECOND = 500;
const SAMPLING = 16;
/** Keys that do not exist may be anything: this many per environment between two flushes. */
const MAX_UNKNOWN = 200;
const MAX_CALLS = 20_000;

/** Counts by outcome: the evaluator makes each once, so the object itself is the cheapest key there is. */
type Outcomes = Map<Evaluation, { count: number }>;
type Seen = { lastCalledMs: number; count: number; sdk: SdkFamily };

export class Tally {
  readonly #outcomes = new Map<string, { where: Where; outcomes: Outcomes }>();
  readonly #calls = new Map<number, Map<string, number>>();
  readonly #unknown = new Map<number, Map<string, Seen>>();
  #thisSecond = 0;

  /** Call it once a second. */
  startSecond(): void {
    this.#thisSecond = 0;
  }

  /** Counts the outcomes of one answer. */
  answered(where: Where, evaluations: readonly Evaluation[]): void {
    let weight = 1;
    if (where.asked === 'all') {
      this.#thisSecond += 1;
      if (this.#thisSecond > EXACT_PER_SECOND) {
        if (this.#thisSecond % SAMPLING !== 0) return;
        weight = SAMPLING;
      }
    }
    const outcomes = this.#outcomesOf(where);
    for (const evaluation of evaluations) {
      if (evaluation.failed) continue;
      const known = outcomes.get(evaluation);
      if (known) known.count += weight;
      else outcomes.set(evaluation, { count: weight });
    }
  }

  /** Code asked for this flag. */
  called(environmentId: number, flag: string, atMs: number): void {
    const calls = own(this.#calls, environmentId);
    const last = calls.get(flag);
    if (last === undefined && calls.size >= MAX_CALLS) return;
    if (last === undefined || last < atMs) calls.set(flag, atMs);
  }

  /** Code asked for a flag that does not exist. */
  missed(environmentId: number, flag: string, sdk: SdkFamily, atMs: number): void {
    const unknown = own(this.#unknown, environmentId);
    const seen = unknown.get(flag);
    if (seen) {
      seen.count += 1;
      seen.lastCalledMs = Math.max(seen.lastCalledMs, atMs);
      seen.sdk = sdk;
    } else if (unknown.size < MAX_UNKNOWN) {
      unknown.set(flag, { lastCalledMs: atMs, count: 1, sdk });
    }
  }

  /** Everything counted since the last time. */
  take(): Counts {
    const usage = [...this.#outcomes.values()].flatMap(({ where, outcomes }) =>
      usageRows(where, outcomes),
    );
    const calls = [...this.#calls].flatMap(([environmentId, flags]) =>
      [...flags].map(([flag, lastCalledMs]) => ({ environmentId, flag, lastCalledMs })),
    );
    const unknown = [...this.#unknown].flatMap(([environmentId, flags]) =>
      [...flags].map(([flag, seen]) => ({ environmentId, flag, ...seen })),
    );
    this.#outcomes.clear();
    this.#calls.clear();
    this.#unknown.clear();
    return { usage, calls, unknown };
  }

  #outcomesOf(where: Where): Outcomes {
    const name = `${where.environmentId} ${where.asked} ${where.sdk}`;
    const known = this.#outcomes.get(name);
    if (known) return known.outcomes;
    const made: Outcomes = new Map();
    this.#outcomes.set(name, { where, outcomes: made });
    return made;
  }
}

/** Who asked where, and how. */
export type Where = Pick<UsageRow, 'environmentId' | 'sdk' | 'asked'>;

function usageRows(where: Where, outcomes: Outcomes): UsageRow[] {
  const counts = new Map<string, UsageRow>();
  for (const [{ key, enabled, variant }, { count }] of outcomes) {
    const value = enabled ? (variant ?? 'true') : 'false';
    const name = `${key} ${value}`;
    counts.set(name, { ...where, flag: key, value, count: (counts.get(name)?.count ?? 0) + count });
  }
  return [...counts.values()];
}

function own<T>(byEnvironment: Map<number, Map<string, T>>, environmentId: number): Map<string, T> {
  const known = byEnvironment.get(environmentId);
  if (known) return known;
  const made = new Map<string, T>();
  byEnvironment.set(environmentId, made);
  return made;
}
