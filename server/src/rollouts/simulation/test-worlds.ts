// Worlds for tests: one guardrail at one percentage, or four stages with four guardrails.
import { readWorld, type WorldInput } from './world.contract.ts';
import type { World } from './world.ts';

/** The world of a file that must be right. */
function aWorld(wire: WorldInput): World {
  const world = readWorld(wire);
  if ('plan' in world) return world;
  throw new Error(world.map(({ field, reason }) => `${field}: ${reason}`).join('; '));
}

type Arm = WorldInput['truth'][number]['control'];

/** A guardrail in a stage of one percentage. */
export function watchedWorld(
  guardrail: WorldInput['plan']['guardrails'][number],
  arms: { readonly percent: number; readonly control: Arm; readonly treatment: Arm },
  over: Partial<WorldInput> = {},
): World {
  const { percent, control, treatment } = arms;
  return aWorld({
    people_per_minute: 100,
    minutes: 480,
    plan: {
      flag_key: 'watched',
      stages: [{ name: 'only', percent }],
      guardrails: [guardrail],
      policy: { bucket_seconds: 300 },
    },
    truth: [{ guardrail: guardrail.id, control, treatment }],
    ...over,
  });
}

const SHARES = { errors: 0.01, api: 0.02, slow: 0.1, conversion: 0.05 };
const STAGES = [
  { name: '1 %', percent: 1, min_bake_seconds: 1800 },
  { name: '5 %', percent: 5, min_bake_seconds: 3600 },
  { name: '25 %', percent: 25, min_bake_seconds: 7200 },
  { name: '50 %', percent: 50, min_bake_seconds: 14_400 },
];

/** The factors by which shares of people with the change differ. */
type Wrong = Partial<typeof SHARES>;

export function truthOf(wrong: Wrong = {}, by = 1, fromMinute = 0): WorldInput['truth'] {
  return (Object.keys(SHARES) as (keyof typeof SHARES)[]).map((guardrail) => ({
    guardrail,
    from_minute: fromMinute,
    control: { p: SHARES[guardrail] * by },
    treatment: { p: SHARES[guardrail] * by * (wrong[guardrail] ?? 1) },
  }));
}

export const ROLLOUT_PLAN: WorldInput['plan'] = {
  flag_key: 'checkout',
  stages: STAGES,
  guardrails: [
    { id: 'errors', kind: 'event_rate', event: 'error' },
    { id: 'api', kind: 'api_error_users' },
    { id: 'slow', kind: 'event_rate', event: 'slow', group: 'speed', yellow: 1.25, red: 1.5 },
    { id: 'conversion', kind: 'conversion', event: 'order' },
  ],
  policy: { bucket_seconds: 600 },
};

/** A whole rollout among a thousand people a minute. */
export function rolloutWorld(over: Partial<WorldInput> = {}): World {
  return aWorld({
    people_per_minute: 1000,
    minutes: 2880,
    plan: ROLLOUT_PLAN,
    truth: truthOf(),
    ...over,
  });
}
