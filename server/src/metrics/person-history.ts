// One person of the past, as far as a rollout would have seen them.

/** Stretches in which people are seen or not. */
export const SEEN_MS = 600_000;

/** An event that a guardrail counts, and the number that it carries. */
export type Happened = { readonly atMs: number; readonly amount: number };

export type PersonHistory = {
  /** The same for a person whenever they are asked for. */
  readonly key: string;
  /** Starts of the stretches in which they were seen, in order. */
  readonly seenAtMs: readonly number[];
  /** The value of the flag that they reported; null when none, or several. */
  readonly reported: string | null;
  /** By source of the outcomes, each in order of time. */
  readonly series: readonly (readonly Happened[])[];
};
