// Which rollout of a flag was going on at a moment, and in which stage.

type Span = { readonly started_at: string | null; readonly finished_at: string | null };
type Entered = { readonly entered_at: string | null };

/** @param atMs - Milliseconds since the epoch. */
export function rolloutAt<R extends Span & { readonly flag_key: string }>(
  rollouts: readonly R[],
  flagKey: string,
  atMs: number,
): R | undefined {
  return rollouts.find(
    ({ flag_key: key, started_at: from, finished_at: until }) =>
      key === flagKey && hasBegun(from, atMs) && !hasBegun(until, atMs),
  );
}

/** The stage that was entered last by then; of a stage that was begun anew, its last run is known. */
export function stageAt<S extends Entered>(stages: readonly S[], atMs: number): S | undefined {
  return stages.findLast(({ entered_at: at }) => hasBegun(at, atMs));
}

const hasBegun = (at: string | null, atMs: number): boolean =>
  at !== null && Date.parse(at) <= atMs;
