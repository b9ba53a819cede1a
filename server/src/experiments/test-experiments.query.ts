// Brings experiments on plain events into the store, and says what is asked about them.
import type { ClickHouseClient } from '@clickhouse/client';
import type { Scope } from '#insights/event-sql';
import { insertEventsOf, personIdOf } from '#platform/test-events';
import type { ExposureQuestion } from './exposure-sql.ts';
import type { Metric, MetricSource } from './metric.ts';
import type { ReferenceInput } from './sufficient-statistics.ts';
import type { ReferenceMetric, ReferenceSource } from './test-experiments.ts';

let lastEnvironment = 0;

/** The group that an event belongs to, where groups are the units. */
export const COMPANY = '$company';

/** Stores the events of worlds, each in an environment of its own; gives how each is asked about. */
export async function storeExperiments(
  clickhouse: ClickHouseClient,
  worlds: readonly ReferenceInput[],
): Promise<Scope[]> {
  const numbered = worlds.map((one) => [(lastEnvironment += 1), one] as const);
  await insertEventsOf(clickhouse, new Map(numbered.map(([id, one]) => [id, rowsOf(one)])));
  const overrides = numbered.flatMap(([environment_id, { persons }]) =>
    Object.entries(persons).map(([distinct_id, person]) => ({
      environment_id,
      distinct_id,
      person_id: personIdOf(person),
      version: 1,
    })),
  );
  const insiders = numbered.flatMap(([environment_id, { testAccounts }]) =>
    testAccounts.map((id) => ({
      environment_id,
      id: personIdOf(id),
      props: { internal: 'true' },
      version: 1,
      is_deleted: 0,
      created_at: '2026-01-01 00:00:00',
    })),
  );
  for (const [table, values] of Object.entries<object[]>({
    person_overrides: overrides,
    person: insiders,
  })) {
    if (values.length > 0) await clickhouse.insert({ table, values, format: 'JSONEachRow' });
  }
  return numbered.map(([environmentId, one]) => ({
    environmentId,
    calendar: { timeZone: one.timezone, firstWeekday: 1, nowMs: Date.parse(one.asOf) },
    groupTypes: ['company'],
    hasOverrides: Object.keys(one.persons).length > 0,
    testAccountFilters: [{ key: 'internal', type: 'person', operator: 'is_not', value: ['true'] }],
    cohorts: { byId: new Map(), usable: new Set(), members: new Map(), calculations: new Map() },
    isUsablePattern: () => true,
  })) as unknown as Scope[];
}

function rowsOf({ events }: ReferenceInput) {
  const order = events.map(([uuid]) => uuid).toSorted();
  return events.map(([uuid, distinctId, timestamp, event, properties]) => {
    const text = (key: string) => {
      const value = properties[key];
      return typeof value === 'object' || value === undefined ? '' : String(value as string);
    };
    const flags = Object.entries(properties).filter(([key]) => key.startsWith('$feature/'));
    return {
      // In the order of the events' own ids.
      uuid: `00000000-0000-4000-8000-${order.indexOf(uuid).toString(16).padStart(12, '0')}`,
      event,
      distinctId,
      atMs: Date.parse(timestamp),
      // What was received years ago is removed from the store.
      receivedAtMs: Date.now(),
      flag: text('$feature_flag'),
      flagResponse: text('$feature_flag_response'),
      flags: Object.fromEntries(
        flags.map(([key, value]) => [key.slice('$feature/'.length), String(value)]),
      ),
      sessionId: text('$session_id'),
      groups: text(COMPANY) === '' ? {} : { company: text(COMPANY) },
      properties,
    };
  });
}

export function questionOf(input: ReferenceInput): ExposureQuestion {
  return {
    flagKey: input.flagKey,
    variants: input.variants,
    startMs: Date.parse(input.start),
    endMs: input.end === null ? null : Date.parse(input.end),
    asOfMs: Date.parse(input.asOf),
    event: input.exposure.event,
    activation:
      input.exposure.activation === undefined ? undefined : { event: input.exposure.activation },
    changesMs: input.changes?.map((at) => Date.parse(at)),
    multipleVariantHandling: input.exposure.multipleVariantHandling,
    filterTestAccounts: input.exposure.filterTestAccounts,
    leftOutIds: [],
  };
}

const sourceOf = ({ event, math, property }: ReferenceSource): MetricSource => ({
  event,
  math: math === 'count' ? 'total' : math,
  math_property: property,
});

const breakdownOf = ({ breakdown }: ReferenceMetric) =>
  breakdown === undefined ? {} : { breakdownFilter: { breakdowns: [{ property: breakdown }] } };

const adjustmentOf = (metric: ReferenceMetric) =>
  metric.kind === 'retention' || metric.cupedDays === undefined
    ? {}
    : { cuped: { enabled: true, lookback_days: metric.cupedDays } };

const timesOf = ({ window, delay }: ReferenceMetric) => ({
  conversion_window: window?.value,
  conversion_window_unit: window?.unit,
  window_delay: delay?.value,
  window_delay_unit: delay?.unit,
});

export function metricOf(metric: ReferenceMetric): Metric {
  const base = {
    kind: 'ExperimentMetric',
    uuid: 'm',
    goal: 'increase',
    ...timesOf(metric),
    ...breakdownOf(metric),
    ...adjustmentOf(metric),
  } as const;
  switch (metric.kind) {
    case 'mean':
      return {
        ...base,
        metric_type: 'mean',
        source: sourceOf(metric.source),
        lower_bound_percentile: metric.winsorize?.lower,
        upper_bound_percentile: metric.winsorize?.upper,
        ignore_zeros: metric.winsorize?.ignoreZeros,
      };
    case 'funnel':
      return {
        ...base,
        metric_type: 'funnel',
        series: metric.steps.map((event) => ({ event })),
        funnel_order_type: metric.order ?? 'ordered',
      };
    case 'ratio':
      return {
        ...base,
        metric_type: 'ratio',
        numerator: sourceOf(metric.numerator),
        denominator: sourceOf(metric.denominator),
      };
    case 'retention':
      return {
        ...base,
        metric_type: 'retention',
        start_event: { event: metric.startEvent },
        completion_event: { event: metric.completionEvent },
        retention_window_start: metric.retentionWindow.start,
        retention_window_end: metric.retentionWindow.end,
        retention_window_unit: metric.retentionWindow.unit,
        start_handling: metric.startHandling,
      };
  }
}
