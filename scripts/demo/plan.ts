// The plan of the demo: small enough to be walked in seconds, and honest. Of a hundred shoppers two or
// three run into an error whatever they are shown; a red limit of 15 % is far enough from that for some
// fifty people with the change to prove a stage safe. Simulated with Serin's own gate, 200 runs each: at
// 40 and 80 visits a second every sound release was completed, every faulty one taken back.
import type { PlanInput } from '../../server/src/rollouts/plan/plan.contract.ts';

/** One minute of a plan passes in a second: the smallest durations that Serin accepts shrink alike. */
export const TIME_SCALE = 60;

/** The plan; each stage is watched for at least `bakeSeconds`. */
export function demoPlan(flagKey: string, bakeSeconds: number): PlanInput {
  const stage = (percent: number) => ({
    name: `${percent} %`,
    percent,
    min_bake_seconds: bakeSeconds,
    min_exposures: 60,
  });
  return {
    flag_key: flagKey,
    stages: [
      ...[10, 25, 50].map(stage),
      // Nobody is left to compare with: completed once clients know.
      { name: 'Everyone', percent: 100, min_bake_seconds: 0 },
    ],
    guardrails: [
      {
        id: 'errors',
        kind: 'exception_users',
        // The shop is new: nobody has run into an error yet.
        allow_no_baseline: true,
        yellow: 2,
        red: 4,
        absolute: { yellow: 0.08, red: 0.15 },
      },
    ],
    policy: {
      alpha: 0.02,
      alpha_pause: 0.1,
      settle_seconds: 1,
      tick_seconds: 1,
      bucket_seconds: 1,
      calm_seconds: 3,
      // A busy machine may keep shoppers out for some seconds; that is no lack of data.
      no_data_after_seconds: 30,
    },
  };
}
