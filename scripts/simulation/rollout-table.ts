// The table of whole rollouts: four stages, four guardrails, one thing wrong at a time.
import type { WorldInput } from '../../server/src/rollouts/simulation/world.contract.ts';
import type { Cell, Figures } from './cell.ts';
import type { Table } from './tables.ts';

const STAGES = [
  [1, 30],
  [5, 60],
  [25, 120],
  [50, 240],
] as const;

const PLAN: WorldInput['plan'] = {
  flag_key: 'checkout',
  stages: STAGES.map(([percent, minutes]) => ({
    name: `${percent} %`,
    percent,
    min_bake_seconds: minutes * 60,
    max_bake_seconds: 86_400,
    min_exposures: 0,
  })),
  guardrails: [
    { id: 'errors', kind: 'event_rate', event: 'error' },
    { id: 'api', kind: 'api_error_users' },
    { id: 'slow', kind: 'event_rate', event: 'slow', group: 'speed', yellow: 1.25, red: 1.5 },
    { id: 'conversion', kind: 'conversion', event: 'order' },
  ],
  policy: { settle_seconds: 0, bucket_seconds: 300 },
};

const SHARES = { errors: 0.01, api: 0.02, slow: 0.1, conversion: 0.05 } as const;
type Id = keyof typeof SHARES;

/** Long enough for the longest stages; slow worlds have longer. */
const minutesOf = (perMinute: number) =>
  perMinute === 1000 ? 2880 : perMinute === 100 ? 5760 : 11_520;

function cell(
  perMinute: number,
  label: string,
  wrong: { readonly id: Id; readonly factor: number } | null,
  reference: Figures,
): Cell {
  return {
    label: `${perMinute} a minute, ${label}`,
    reference,
    referenceRuns: perMinute === 20 ? 500 : 200,
    how: {
      kind: 'rollout',
      world: {
        people_per_minute: perMinute,
        minutes: minutesOf(perMinute),
        plan: PLAN,
        truth: Object.entries(SHARES).map(([guardrail, p]) => ({
          guardrail,
          control: { p },
          treatment: { p: guardrail === wrong?.id ? p * wrong.factor : p },
        })),
      },
    },
  };
}

type Row = readonly [label: string, id: Id, factor: number, at100: Figures, at1000: Figures];

const ROWS: readonly Row[] = [
  [
    'errors +20 %',
    'errors',
    1.2,
    { wrongly: 0.1, held: 0.025, released: 0.875 },
    { wrongly: 0.09, held: 0.575, released: 0.335 },
  ],
  [
    'errors × 2',
    'errors',
    2,
    { rolledBack: 0.875, released: 0, minutes: 1062, people: 1328 },
    { rolledBack: 0.93, released: 0, minutes: 122, people: 1423 },
  ],
  [
    'errors × 5',
    'errors',
    5,
    { rolledBack: 1, minutes: 167, people: 167 },
    { rolledBack: 1, minutes: 17, people: 170 },
  ],
  [
    'errors × 20',
    'errors',
    20,
    { rolledBack: 1, minutes: 22, people: 25 },
    { rolledBack: 1, minutes: 3, people: 27 },
  ],
  [
    'slow people × 2',
    'slow',
    2,
    { rolledBack: 1, minutes: 169, people: 169 },
    { rolledBack: 1, minutes: 18, people: 182 },
  ],
  [
    'conversion −10 %',
    'conversion',
    0.9,
    { rolledBack: 0.29, minutes: 816, people: 11_500 },
    { rolledBack: 0.975, minutes: 208, people: 22_000 },
  ],
  [
    'conversion −20 %',
    'conversion',
    0.8,
    { rolledBack: 0.98, minutes: 890, people: 6700 },
    { rolledBack: 1, minutes: 126, people: 6400 },
  ],
  [
    'conversion gone',
    'conversion',
    0,
    { rolledBack: 1, minutes: 219, people: 223 },
    { rolledBack: 1, minutes: 22, people: 224 },
  ],
];

export const ROLLOUT_TABLE: Table = {
  name: 'rollouts',
  title: 'Whole rollouts',
  about:
    'Stages of 1, 5, 25 and 50 % with at least 30, 60, 120 and 240 minutes; guardrails: errors (1 % of people, red at twice), failed requests (2 %, twice), slow people (10 %, 1.5 times), conversion (5 %, −10 %). People are compared with those of the same five minutes; nobody answers holds. Minutes and people are those at the rollback, for harmless releases at the end.',
  cells: [
    cell(1000, 'harmless', null, { wrongly: 0.01, yellow: 0.1, released: 0.99, minutes: 476 }),
    cell(100, 'harmless', null, { wrongly: 0.025, yellow: 0.14, released: 0.975, minutes: 1082 }),
    cell(20, 'harmless', null, { wrongly: 0.016, yellow: 0.12, released: 0.982, minutes: 2583 }),
    ...ROWS.map(([label, id, factor, , reference]) => cell(1000, label, { id, factor }, reference)),
    ...ROWS.map(([label, id, factor, reference]) => cell(100, label, { id, factor }, reference)),
  ],
};
