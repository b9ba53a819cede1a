// The worlds of the tables in docs/statistics.md, with what an independent simulation of the same formulas found.
import type { WorldInput } from '../../server/src/rollouts/simulation/world.contract.ts';
import type { Cell, Figures } from './cell.ts';

export type Table = {
  /** On the command line, and in the markers of the document. */
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly cells: readonly Cell[];
};

const DAY_MINUTES = 1440;
type PlanInput = WorldInput['plan'];
type GuardrailInput = PlanInput['guardrails'][number];

const ERRORS: GuardrailInput = { id: 'errors', kind: 'event_rate', event: 'error' };
const CONVERSION: GuardrailInput = {
  id: 'conversion',
  kind: 'conversion',
  event: 'order',
  window_seconds: 86_400,
};

type Arm = WorldInput['truth'][number]['control'];
type Watch = {
  readonly label: string;
  readonly guardrail: GuardrailInput;
  readonly percent: number;
  readonly control: Arm;
  readonly treatment: Arm;
  readonly reference: Figures;
  readonly alpha?: number;
  readonly everyMinutes?: number;
  readonly referenceRuns?: number;
  readonly world: Partial<WorldInput> & Pick<WorldInput, 'people_per_minute'>;
};

/** A guardrail watched for a day in a stage of one percentage. */
export function watched({ label, guardrail, percent, control, treatment, ...one }: Watch): Cell {
  return {
    label,
    reference: one.reference,
    referenceRuns: one.referenceRuns ?? 2000,
    how: {
      kind: 'watch',
      alpha: one.alpha ?? 0.05,
      everyMinutes: one.everyMinutes ?? 1,
      world: {
        minutes: DAY_MINUTES,
        ...one.world,
        plan: {
          flag_key: 'watched',
          stages: [{ name: 'only', percent }],
          guardrails: [guardrail],
          policy: { bucket_seconds: 60 * (one.everyMinutes ?? 1) },
        },
        truth: [{ guardrail: guardrail.id, control, treatment }],
      },
    },
  };
}

type Row = readonly [percent: number, factor: number, reference: Figures];

function rateCell([percent, factor, reference]: Row, p: number, perMinute: number, alpha = 0.05) {
  const what = factor === 1 ? 'harmless' : `errors × ${factor}`;
  return watched({
    label: `${p * 100} % of ${perMinute} a minute, stage ${percent} %, ${what}${alpha === 0.05 ? '' : `, alpha ${alpha}`}`,
    guardrail: ERRORS,
    percent,
    alpha,
    control: { p },
    treatment: { p: p * factor },
    reference,
    world: { people_per_minute: perMinute },
  });
}

const RATE_ROWS: readonly Row[] = [
  [1, 1, { alarms: 0.025 }],
  [1, 1.5, { found: 0.28 }],
  [1, 2, { people: 731 }],
  [1, 3, { people: 254 }],
  [10, 1, { alarms: 0.042 }],
  [10, 1.5, { people: 3126 }],
  [10, 2, { people: 877 }],
  [10, 3, { people: 303 }],
  [50, 1, { alarms: 0.044 }],
  [50, 1.5, { people: 5974 }],
  [50, 2, { people: 1759 }],
  [50, 3, { people: 642 }],
];
const STRICT_ROWS: readonly Row[] = [
  [1, 1, { alarms: 0.002 }],
  [1, 2, { people: 1263 }],
  [10, 1, { alarms: 0.005 }],
  [10, 2, { people: 1405 }],
  [50, 1, { alarms: 0.013 }],
  [50, 2, { people: 2771 }],
];

/** Twice as many at noon as on average, hardly anybody at midnight. */
const DAY_AND_NIGHT = Array.from({ length: 24 }, (_, hour): [number, number] => [
  hour * 60,
  Math.round(100 * (1 - 0.8 * Math.cos((2 * Math.PI * hour) / 24))),
]);

const rate: Table = {
  name: 'shares',
  title: 'Shares of people',
  about: 'The rate e-process, a look a minute for a day.',
  cells: [
    ...RATE_ROWS.map((row) => rateCell(row, 0.01, 100)),
    ...STRICT_ROWS.map((row) => rateCell(row, 0.01, 100, 0.01)),
    rateCell([1, 2, { minutes: 74 }], 0.01, 1000),
    rateCell([1, 3, { minutes: 26 }], 0.01, 1000),
    rateCell([10, 1, { alarms: 0.033 }], 0.001, 100),
    rateCell([10, 3, { people: 2850 }], 0.001, 100),
    watched({
      label: '1 % of 100 a minute with day and night, stage 10 %, harmless',
      guardrail: ERRORS,
      percent: 10,
      control: { p: 0.01 },
      treatment: { p: 0.01 },
      reference: { alarms: 0.035 },
      world: { people_per_minute: DAY_AND_NIGHT },
    }),
  ],
};

/** Dispersion of events per person, with what was found of harmless and doubled. */
const CLUSTERS = [
  [1, 0.02, 173],
  [1.5, 0.023, 444],
  [3.5, 0.027, 1510],
] as const;

const clustered: Table = {
  name: 'clustered',
  title: 'Clustered events',
  about:
    '0.05 events a person of growing dispersion phi (variance over mean); what counts is whether there are any. 100 people a minute, stage 5 %.',
  cells: CLUSTERS.flatMap(([phi, alarms, people]) => {
    const cell = (factor: number, what: string, reference: Figures) =>
      watched({
        label: `phi ${phi}, ${what}`,
        guardrail: ERRORS,
        percent: 5,
        control: { mean: 0.05 },
        treatment: { mean: 0.05 * factor },
        reference,
        referenceRuns: 300,
        world: { people_per_minute: 100, cluster: { phi } },
      });
    return [cell(1, 'harmless', { alarms }), cell(2, 'doubled', { people })];
  }),
};

const LATENCIES = [
  [5, 342, 'harmless', { alarms: 0.013 }],
  [50, 342, 'harmless', { alarms: 0.007 }],
  [5, 392, '+50 ms', { people: 353 }],
  [50, 392, '+50 ms', { people: 731 }],
  [5, 684, 'doubled', { people: 23 }],
  [50, 684, 'doubled', { people: 127 }],
] as const;

const latency: Table = {
  name: 'durations',
  title: 'Durations',
  about:
    'A 95th percentile of 342 ms, five durations a person, half of their spread between people. 50 people a minute for 12 hours, a look every five minutes.',
  cells: LATENCIES.map(([percent, p95, what, reference]) =>
    watched({
      label: `stage ${percent} %, ${what}`,
      guardrail: { id: 'latency', kind: 'latency', event: 'request', property: 'ms' },
      percent,
      everyMinutes: 5,
      control: { p95_ms: 342 },
      treatment: { p95_ms: p95 },
      reference,
      referenceRuns: 300,
      world: { people_per_minute: 50, minutes: 720, cluster: { events_per_user: 5 } },
    }),
  ),
};

const CONVERSIONS = [
  [50, 1, { alarms: 0.029 }],
  [50, 0.9, { people: 25_610 }],
  [50, 0.8, { people: 9746 }],
  [50, 0.5, { people: 3977 }],
  [10, 1, { alarms: 0.03 }],
  [10, 0.9, { people: 13_804, found: 0.89 }],
  [10, 0.8, { people: 3914 }],
  [10, 0.5, { people: 1475 }],
  [1, 1, { alarms: 0.007 }],
  [1, 0.9, { found: 0.12 }],
  [1, 0.5, { people: 837 }],
] as const;

const percentLess = (factor: number) =>
  factor === 1 ? 'harmless' : `−${Math.round((1 - factor) * 100)} %`;

const conversion: Table = {
  name: 'conversions',
  title: 'Delayed conversions',
  about:
    '5 % of 200 people a minute convert, half an hour after they entered on average; a look every five minutes for a day.',
  cells: CONVERSIONS.map(([percent, factor, reference]) =>
    watched({
      label: `stage ${percent} %, ${percentLess(factor)}`,
      guardrail: CONVERSION,
      percent,
      everyMinutes: 5,
      control: { p: 0.05 },
      treatment: { p: 0.05 * factor },
      reference,
      referenceRuns: 300,
      world: { people_per_minute: 200, outcome_delay_minutes: 30 },
    }),
  ),
};

const REVENUES = [
  [10, 1, { alarms: 0.029 }],
  [50, 1, { alarms: 0.029 }],
  [10, 0.8, { people: 13_119, found: 0.86 }],
  [50, 0.8, { people: 34_686 }],
  [2, 0.5, { people: 3470 }],
  [10, 0.5, { people: 3557 }],
  [50, 0.5, { people: 7941 }],
] as const;
/** Standard deviation over mean of a lognormal whose logarithm has 1.2. */
const REVENUE_SPREAD = Math.sqrt(Math.expm1(1.2 ** 2));

const revenue: Table = {
  name: 'revenue',
  title: 'Revenue',
  about:
    '3 % of 200 people a minute buy, for lognormal sums (1.2 on the logarithm); a look every five minutes for a day. A loss is one of sums, not of buyers.',
  cells: REVENUES.map(([percent, factor, reference]) => {
    const spends = (by: number) => ({ p: 0.03, mean: 50 * by, sd: 50 * by * REVENUE_SPREAD });
    return watched({
      label: `stage ${percent} %, ${percentLess(factor)}`,
      guardrail: { id: 'revenue', kind: 'revenue_per_user', event: 'order', property: 'total' },
      percent,
      everyMinutes: 5,
      control: spends(1),
      treatment: spends(factor),
      reference,
      referenceRuns: 300,
      world: { people_per_minute: 200 },
    });
  }),
};

export const METHOD_TABLES: readonly Table[] = [rate, clustered, latency, conversion, revenue];
