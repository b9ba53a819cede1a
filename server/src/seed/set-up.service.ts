// What belongs to the demo shop besides its events: flags, insights, a dashboard. What is there is kept.
import type { Ask } from './seed.client.ts';
import { SeedError } from './seed-error.ts';
import { BAD_FLAG, GOOD_FLAG } from './releases.ts';
import { FUNNEL } from './tally.ts';

const PROJECT = '/api/projects/@current';
const everyone = (percent: number) => ({
  groups: [{ properties: [], rollout_percentage: percent }],
});

const FLAGS = [
  {
    key: GOOD_FLAG,
    name: 'Search that forgives typing errors. Widened from 10 % to everyone.',
    active: true,
    filters: everyone(100),
    tags: ['demo'],
  },
  {
    key: BAD_FLAG,
    name: 'Checkout on one page. Taken back after two days: it failed where there are no postcodes.',
    active: false,
    filters: everyone(0),
    tags: ['demo'],
  },
];

const node = (event: string | null, more: object = {}) => ({
  kind: 'EventsNode',
  event,
  ...more,
});
const MONTH = { date_from: '-30d' };

const INSIGHTS = [
  {
    name: 'Revenue a day',
    description: 'In euros.',
    query: {
      kind: 'TrendsQuery',
      series: [node('order completed', { math: 'sum', math_property: 'revenue' })],
      dateRange: MONTH,
    },
  },
  {
    name: 'From product to order',
    description: 'Of the people who looked at a product, how many ordered.',
    query: {
      kind: 'FunnelsQuery',
      series: FUNNEL.map((event) => node(event)),
      dateRange: MONTH,
    },
  },
  {
    name: 'Shoppers by country',
    description: 'Different people a day.',
    query: {
      kind: 'TrendsQuery',
      series: [node('$pageview', { math: 'dau' })],
      breakdownFilter: { breakdowns: [{ property: '$geoip_country_name', type: 'event' }] },
      dateRange: MONTH,
    },
  },
  {
    name: 'Shoppers who come back',
    description: 'Week by week.',
    query: {
      kind: 'RetentionQuery',
      retentionFilter: {
        targetEntity: { id: '$pageview' },
        returningEntity: { id: '$pageview' },
        period: 'Week',
        totalIntervals: 5,
      },
    },
  },
];

/** Creates what is missing; returns what was, in words. */
export async function setUpShop(ask: Ask, environment: string): Promise<string[]> {
  const made: string[] = [];
  const create = async (path: string, body: object, what: string) => {
    await answered(ask('POST', `${PROJECT}${path}`, body), what, 201);
    made.push(what);
  };
  for (const flag of FLAGS) {
    const { status } = await ask('GET', `${PROJECT}/feature_flags/${flag.key}/`);
    if (status === 200) continue;
    await create(`/feature_flags/?environment=${environment}`, flag, `flag ${flag.key}`);
  }
  for (const insight of INSIGHTS) {
    if (await isThere(ask, 'insights', insight.name)) continue;
    await create('/insights/', insight, `insight "${insight.name}"`);
  }
  const name = `Rollout monitoring: ${BAD_FLAG}`;
  if (!(await isThere(ask, 'dashboards', name))) {
    const wanted = { use_template: 'rollout_monitoring', flag: BAD_FLAG, events: FUNNEL };
    await create(`/dashboards/?environment=${environment}`, wanted, `dashboard "${name}"`);
  }
  return made;
}

async function isThere(ask: Ask, list: string, name: string): Promise<boolean> {
  const path = `${PROJECT}/${list}/?search=${encodeURIComponent(name)}`;
  const { results } = await answered<{ results: { name: string }[] }>(ask('GET', path), list);
  return results.some((one) => one.name === name);
}

/** The body of an answer. @throws SeedError when it is another status than the wanted one */
export async function answered<T>(answer: ReturnType<Ask>, what: string, wanted = 200): Promise<T> {
  const { status, body } = await answer;
  if (status === wanted) return body as T;
  const said = typeof body === 'object' && body !== null && 'detail' in body ? body.detail : body;
  throw new SeedError(`${what}: Serin answered ${status}. ${String(said)}`);
}
