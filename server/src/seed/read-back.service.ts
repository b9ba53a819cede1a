// Asks Serin for what the seeded events come to.
import { BAD_FLAG, badRelease, DAYS, DAY_MS } from './releases.ts';
import type { Ask } from './seed.client.ts';
import { answered } from './set-up.service.ts';
import { type ShopOptions, runOf } from './shop.ts';
import { FUNNEL, FUNNEL_WINDOW_MS, type Tally } from './tally.ts';

type Trend = { readonly aggregated_value?: number | null };
type Step = { readonly count: number; readonly breakdown_value: readonly string[] };

export type Reader = {
  /** Of the shop's events, how many are stored. */
  count(): Promise<number>;
  /** Whether the event with this `demo_mark` is stored. */
  isMarkThere(mark: string): Promise<boolean>;
  /** What insights say about the names that are asked for. */
  read(names: readonly string[]): Promise<Tally>;
};

export function openReader(ask: Ask, environment: string, options: ShopOptions): Reader {
  const { untilMs, people } = options;
  const properties = [
    { key: 'demo_run', type: 'event', operator: 'exact', value: [runOf(options)] },
    // A larger shop with the same people may be there.
    { key: 'demo_shopper', type: 'event', operator: 'lt', value: people },
  ];
  const query = async <T>(body: object): Promise<T> => {
    const path = `/api/projects/@current/query/?environment=${environment}`;
    const wanted = { query: { properties, ...body }, refresh: 'force_blocking' };
    return (await answered<{ results: T }>(ask('POST', path, wanted), 'Reading back')).results;
  };
  const story = rangeOf(untilMs - DAYS * DAY_MS, untilMs);
  const total = async (series: object): Promise<number> => {
    const [one] = await query<Trend[]>({
      kind: 'TrendsQuery',
      series: [series],
      dateRange: story,
      trendsFilter: { display: 'BoldNumber' },
    });
    return one?.aggregated_value ?? 0;
  };
  return {
    count: () => total({ kind: 'EventsNode', event: null }),
    isMarkThere: async (mark) => {
      const [one] = await query<Trend[]>({
        kind: 'TrendsQuery',
        series: [{ kind: 'EventsNode', event: null }],
        properties: [{ key: 'demo_mark', type: 'event', operator: 'exact', value: [mark] }],
        dateRange: { date_from: '-1d' },
        trendsFilter: { display: 'BoldNumber' },
      });
      return (one?.aggregated_value ?? 0) > 0;
    },
    read: async (names) => {
      const events = new Map<string, number>();
      for (const event of names) events.set(event, await total({ kind: 'EventsNode', event }));
      const order = { kind: 'EventsNode', event: 'order completed' };
      return {
        events,
        people: await total({ kind: 'EventsNode', event: null, math: 'dau' }),
        revenue: await total({ ...order, math: 'sum', math_property: 'revenue' }),
        funnel: funnelOf(await query<Step[][]>(funnelQuery(properties, untilMs))),
      };
    },
  };
}

const rangeOf = (fromMs: number, toMs: number) => ({
  date_from: new Date(fromMs).toISOString(),
  date_to: new Date(toMs).toISOString(),
  explicitDate: true,
});

function funnelQuery(properties: readonly object[], untilMs: number) {
  const { fromMs, toMs } = badRelease(untilMs);
  return {
    kind: 'FunnelsQuery',
    series: FUNNEL.map((event) => ({ kind: 'EventsNode', event })),
    dateRange: rangeOf(fromMs, toMs),
    funnelsFilter: {
      funnelWindowInterval: FUNNEL_WINDOW_MS / 1000,
      funnelWindowIntervalUnit: 'second',
    },
    properties: [...properties, { key: `$feature/${BAD_FLAG}`, type: 'event', operator: 'is_set' }],
    breakdownFilter: { breakdowns: [{ property: `$feature/${BAD_FLAG}`, type: 'event' }] },
  };
}

function funnelOf(lists: readonly (readonly Step[])[]): ReadonlyMap<string, readonly number[]> {
  return new Map(
    lists.flatMap((steps) => {
      const value = steps[0]?.breakdown_value[0];
      return value === undefined ? [] : [[value, steps.map(({ count }) => count)] as const];
    }),
  );
}
