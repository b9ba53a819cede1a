// Dashboards that are made in one press: what their insights ask, and where they stand.
import type { Query } from '#insights/query';
import type { DashboardFilters } from './dashboard.ts';
import type { Place } from './grid.ts';

export const TEMPLATES = ['rollout_monitoring', 'product_basics'] as const;
export type TemplateName = (typeof TEMPLATES)[number];

type TemplateTile = Place &
  (
    | { readonly text: string }
    | { readonly name: string; readonly description: string; readonly query: Query }
  );

export type Template = {
  readonly name: string;
  readonly description: string;
  readonly filters: DashboardFilters;
  readonly tiles: readonly TemplateTile[];
};

type Trends = Extract<Query, { kind: 'TrendsQuery' }>;
type Series = Trends['series'][number];

const PAGEVIEW = '$pageview';
const EXCEPTION = '$exception';
const WEEK = { date_from: '-7d' } as const;
const MAX_STEPS = 5;
const CHART_HEIGHT = 12;
const left = (y: number): Place => ({ x: 0, y, w: 6, h: CHART_HEIGHT });
const right = (y: number): Place => ({ x: 6, y, w: 6, h: CHART_HEIGHT });

function trend(series: readonly (Partial<Series> & { event: string | null })[]): Trends {
  return { kind: 'TrendsQuery', series: series.map(node), dateRange: WEEK };
}

/** As it is written on the wire. */
const node = <E extends object>(about: E) => ({ kind: 'EventsNode' as const, ...about });

/** Of how many people, or how often, by the value of the flag that events say they happened with. */
const byVariant = (flag: string) => ({
  breakdownFilter: { breakdowns: [{ property: `$feature/${flag}`, type: 'event' as const }] },
});

/**
 * What people watch while a flag is widened: who got which variant, and how those fare.
 * @param events what a good release leads to, and what a bad one does: guardrails, key actions
 */
export function rolloutMonitoring(flag: string, events: readonly string[]): Template {
  const steps = [PAGEVIEW, ...events.filter((event) => event !== EXCEPTION && event !== PAGEVIEW)];
  const funnel = (steps.length > 1 ? steps : [PAGEVIEW, '$autocapture']).slice(0, MAX_STEPS);
  const own = [...new Set(events)].filter((event) => event !== EXCEPTION);
  return {
    name: `Rollout monitoring: ${flag}`,
    description: `How people fare by the variant of ${flag} that they get.`,
    filters: {},
    tiles: [
      { text: introduction(flag), x: 0, y: 0, w: 12, h: 3 },
      { ...progress(flag), ...left(4) },
      { ...activeWithFlag(flag), ...right(4) },
      { ...errorRate(flag), ...left(16) },
      { ...exceptions(flag), ...right(16) },
      { ...pageLoad(flag), ...left(28) },
      { ...keyFunnel(flag, funnel), ...right(28) },
      { ...rageClicks(flag), ...left(40) },
      { ...exposures(flag), ...right(40) },
      ...own.map((event, index) => ({
        name: `${event} by variant`,
        description: `People with ${event}, by the variant of ${flag}.`,
        query: { ...trend([{ event, math: 'dau' }]), ...byVariant(flag) },
        ...(index % 2 === 0 ? left : right)(52 + CHART_HEIGHT * Math.floor(index / 2)),
      })),
    ],
  };
}

const introduction = (flag: string): string =>
  [
    `**${code(flag)}**: compare those who get the change with those who do not, rather than today with yesterday.`,
    'Look at errors first, then at speed, then at what people do. Rollouts that run decide by their guardrails;',
    'this page is for people who watch.',
  ].join('\n');

/** As code in Markdown, whatever is in it. */
function code(text: string): string {
  const fence = '`'.repeat(
    1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)),
  );
  return text.includes('`') ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

const exposures = (flag: string) => ({
  name: 'People by variant',
  description: `People for whom ${flag} was evaluated, by what they got.`,
  query: {
    ...trend([
      {
        event: '$feature_flag_called',
        math: 'dau',
        properties: [{ key: '$feature_flag', value: [flag], operator: 'exact', type: 'event' }],
      },
    ]),
    breakdownFilter: {
      breakdowns: [{ property: '$feature_flag_response', type: 'event' as const }],
    },
  },
});

const isSet = (flag: string) =>
  ({ key: `$feature/${flag}`, operator: 'is_set', type: 'event' }) as const;
const isOn = (flag: string) =>
  ({ key: `$feature/${flag}`, value: ['false'], operator: 'is_not', type: 'event' }) as const;

const progress = (flag: string) => ({
  name: 'Progress: share of people with the flag on',
  description:
    'Of a hundred people whose app asked for it, how many have it. Every step of a rollout is marked.',
  query: {
    ...trend([
      { event: null, math: 'dau', properties: [isSet(flag), isOn(flag)] },
      { event: null, math: 'dau', properties: [isSet(flag)] },
    ]),
    trendsFilter: { formulaNodes: [{ formula: 'A / B * 100', custom_name: '% with the flag on' }] },
  },
});

const activeWithFlag = (flag: string) => ({
  name: 'Active people with the flag on',
  description: 'Each day, against the week before.',
  query: {
    ...trend([{ event: null, custom_name: 'With the flag on', math: 'dau' }]),
    properties: [isSet(flag), isOn(flag)],
    compareFilter: { compare: true },
  } satisfies Trends,
});

const errorRate = (flag: string) => ({
  name: 'Error rate by variant',
  description: 'Of a hundred people who did anything, how many had an exception.',
  query: {
    ...trend([
      { event: EXCEPTION, math: 'dau' },
      { event: null, math: 'dau' },
    ]),
    trendsFilter: { formulaNodes: [{ formula: 'A / B * 100', custom_name: '% with errors' }] },
    ...byVariant(flag),
  },
});

const exceptions = (flag: string) => ({
  name: 'Exceptions by variant',
  description: 'How many there were.',
  query: { ...trend([{ event: EXCEPTION, math: 'total' }]), ...byVariant(flag) },
});

const pageLoad = (flag: string) => ({
  name: 'Page load by variant',
  description: 'Largest contentful paint in milliseconds: median, 95th and 99th percentile.',
  query: {
    ...trend(
      (['median', 'p95', 'p99'] as const).map((math) => ({
        event: '$web_vitals',
        custom_name: math === 'median' ? 'p50' : math,
        math,
        math_property: '$web_vitals_LCP_value',
      })),
    ),
    ...byVariant(flag),
  },
});

const keyFunnel = (flag: string, events: readonly string[]) => ({
  name: 'Key funnel by variant',
  description: `From ${events[0]} to ${events.at(-1)}.`,
  query: {
    kind: 'FunnelsQuery',
    series: events.map((event) => node({ event })),
    dateRange: WEEK,
    ...byVariant(flag),
  } satisfies Query,
});

const rageClicks = (flag: string) => ({
  name: 'People with rage clicks by variant',
  description: 'Who clicked again and again on what did not answer.',
  query: { ...trend([{ event: '$rageclick', math: 'dau' }]), ...byVariant(flag) },
});

/** What most products look at first. */
export function productBasics(): Template {
  return {
    name: 'Product basics',
    description: 'Who comes, what they look at, and whether they come back.',
    filters: {},
    tiles: [
      { ...views(), ...left(0) },
      { ...visitors(), ...right(0) },
      { ...totals('Most viewed pages', '$pathname'), ...left(12) },
      { ...totals('Where people come from', '$referring_domain'), ...right(12) },
      { ...growth(), ...left(24) },
      { ...stickiness(), ...right(24) },
      { ...returning(), x: 0, y: 36, w: 12, h: CHART_HEIGHT },
    ],
  };
}

const views = () => ({
  name: 'Page views',
  description: 'Against the days before.',
  query: { ...trend([{ event: PAGEVIEW }]), compareFilter: { compare: true } },
});

const visitors = () => ({
  name: 'Active people',
  description: 'In a day, and in the seven and thirty days up to it.',
  query: {
    ...trend([
      { event: null, custom_name: 'In a day', math: 'dau' },
      { event: null, custom_name: 'In a week', math: 'weekly_active' },
      { event: null, custom_name: 'In a month', math: 'monthly_active' },
    ]),
    dateRange: { date_from: '-30d' },
  },
});

const totals = (name: string, property: string) => ({
  name,
  description: 'Different people in the last seven days.',
  query: {
    ...trend([{ event: PAGEVIEW, math: 'dau' }]),
    trendsFilter: { display: 'ActionsBarValue' as const },
    breakdownFilter: {
      breakdowns: [{ property, type: 'event' as const }],
      breakdown_limit: 10,
    },
  },
});

const growth = () => ({
  name: 'New, returning and lost people',
  description: 'By what they did in the weeks before.',
  query: {
    kind: 'LifecycleQuery',
    series: [node({ event: PAGEVIEW })],
    interval: 'week',
    dateRange: { date_from: '-60d' },
  } satisfies Query,
});

const stickiness = () => ({
  name: 'On how many days people come',
  description: 'In the last thirty days.',
  query: {
    kind: 'StickinessQuery',
    series: [node({ event: PAGEVIEW })],
    interval: 'day',
    dateRange: { date_from: '-30d' },
  } satisfies Query,
});

const returning = () => ({
  name: 'Weekly retention',
  description: 'Of the people of a week, how many come back in the weeks after it.',
  query: {
    kind: 'RetentionQuery',
    retentionFilter: {
      targetEntity: { id: PAGEVIEW },
      returningEntity: { id: PAGEVIEW },
      period: 'Week',
      totalIntervals: 8,
    },
  } satisfies Query,
});
