// Funnels by plain loops: every entry is followed step by step.
import type { FunnelsQuery } from '../funnels/funnels.ts';
import { labelOfValue, matches, propertyOf, startOfRange } from './test-reference.ts';
import type { Seen, World } from './test-world.ts';

const UNITS = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800, month: 2_592_000 };

/** How far somebody gets. */
export type ReferenceWay = {
  readonly actor: string;
  readonly label: string;
  readonly level: number;
  /** When each step was reached. */
  readonly timesMs: readonly number[];
};

export type ReferenceEntry = Omit<ReferenceWay, 'timesMs'> & { readonly enteredMs: number };

type Taken = { readonly event: Seen; readonly label: string };
/** One way; `spoilt` by an exclusion. */
type Way = { readonly taken: readonly Taken[]; readonly spoilt: boolean };

/** Everybody's way that counts. @param days the range began so many days ago */
export function referenceWays(world: World, query: FunnelsQuery, days: number): ReferenceWay[] {
  return [...actorsOf(world, query, days)].flatMap(({ actor, events }) => {
    const ways = waysOf(world, query, events, days).filter(({ spoilt }) => !spoilt);
    const level = Math.max(0, ...ways.map(({ taken }) => taken.length));
    if (level === 0) return [];
    const best = ways.filter(({ taken }) => taken.length === level);
    const doneMs = Math.min(...best.map(({ taken }) => atOf(taken[level - 1])));
    const chosen = best.findLast(({ taken }) => atOf(taken[level - 1]) === doneMs);
    const timesMs = (chosen?.taken ?? []).map(({ event }) => event.atMs);
    return [{ actor, label: labelFor(world, query, events, chosen), level, timesMs }];
  });
}

/** Every entry, spoilt ones with level 0. */
export function referenceEntries(
  world: World,
  query: FunnelsQuery,
  days: number,
): ReferenceEntry[] {
  return [...actorsOf(world, query, days)].flatMap(({ actor, events }) =>
    waysOf(world, query, events, days).map((way) => ({
      actor,
      label: labelFor(world, query, events, undefined),
      enteredMs: atOf(way.taken[0]),
      level: way.spoilt ? 0 : way.taken.length,
    })),
  );
}

const atOf = (taken: Taken | undefined): number => taken?.event.atMs ?? Number.NaN;

function windowOf({ funnelsFilter = {} }: FunnelsQuery): number {
  const { funnelWindowInterval = 14, funnelWindowIntervalUnit = 'day' } = funnelsFilter;
  return funnelWindowInterval * UNITS[funnelWindowIntervalUnit] * 1000;
}

/** The events that a funnel may read, by whose they are (and by value, where each counts by itself). */
function actorsOf(world: World, query: FunnelsQuery, days: number) {
  const fromMs = startOfRange(world, days, 'day');
  const untilMs = world.nowMs + windowOf(query);
  const read = world.seen.filter(
    (event) =>
      event.atMs >= fromMs && event.atMs < untilMs && matches(world, event, query.properties),
  );
  const actorOf = (event: Seen): string => {
    if (query.aggregation_group_type_index !== undefined) return event.groups['company'] ?? '';
    const bySession = query.funnelsFilter?.funnelAggregateByHogQL === 'properties.$session_id';
    return bySession ? event.sessionId : event.personId;
  };
  const isApart =
    query.breakdownFilter !== undefined &&
    query.funnelsFilter?.breakdownAttributionType === 'all_events';
  const keyOf = (event: Seen) =>
    JSON.stringify([actorOf(event), isApart ? labelAt(world, query, event) : '']);
  return [...Map.groupBy(read, keyOf).values()]
    .map((events) => ({ actor: events[0] ? actorOf(events[0]) : '', events }))
    .filter(({ actor }) => actor !== '');
}

function waysOf(world: World, query: FunnelsQuery, events: readonly Seen[], days: number): Way[] {
  const order = query.funnelsFilter?.funnelOrderType ?? 'ordered';
  const fromMs = startOfRange(world, days, 'day');
  const isEntry = (event: Seen) => event.atMs >= fromMs && event.atMs < world.nowMs;
  if (order === 'strict') return strictWays(world, query, events, isEntry);
  if (order === 'unordered') return unorderedWays(world, query, events, isEntry);
  const entries = candidates(world, query, events, 0).filter(({ event }) => isEntry(event));
  return entries.map((entry) => follow(world, query, events, entry));
}

/** The events of a step in their order; of one moment the smaller label first. */
function candidates(
  world: World,
  query: FunnelsQuery,
  events: readonly Seen[],
  step: number,
): Taken[] {
  return events
    .filter((event) => isStep(world, query, event, step))
    .map((event) => ({ event, label: labelAt(world, query, event) }))
    .toSorted((a, b) => a.event.atMs - b.event.atMs || (bytes(a.label) < bytes(b.label) ? -1 : 1));
}

const bytes = (text: string): string => Buffer.from(text).toString('latin1');

function isStep(world: World, query: FunnelsQuery, event: Seen, step: number): boolean {
  const node = query.series[step];
  return (
    node !== undefined &&
    (node.event === null || node.event === event.event) &&
    matches(world, event, node.properties)
  );
}

/** From an entry to the next event of each step, as long as the window lasts. */
function follow(world: World, query: FunnelsQuery, events: readonly Seen[], entry: Taken): Way {
  const endMs = entry.event.atMs + windowOf(query);
  const taken = [entry];
  for (let step = 1; step < query.series.length; step += 1) {
    const afterMs = atOf(taken.at(-1));
    const names = query.series.slice(0, step).map((node) => node.event);
    const name = query.series[step]?.event ?? null;
    const mustBeLater = name === null || names.includes(null) || names.includes(name);
    const next = candidates(world, query, events, step).find(({ event }) =>
      mustBeLater ? event.atMs > afterMs : event.atMs >= afterMs,
    );
    if (!next || next.event.atMs > endMs) break;
    taken.push(next);
  }
  return { taken, spoilt: isSpoilt(query, events, taken, endMs, world) };
}

function isSpoilt(
  query: FunnelsQuery,
  events: readonly Seen[],
  taken: readonly Taken[],
  endMs: number,
  world: World,
): boolean {
  return (query.funnelsFilter?.exclusions ?? []).some((exclusion) => {
    const after = taken[exclusion.funnelFromStep];
    if (!after) return false;
    const before = taken[exclusion.funnelToStep];
    return events.some(
      (event) =>
        (exclusion.event === null || event.event === exclusion.event) &&
        matches(world, event, exclusion.properties) &&
        event.atMs > after.event.atMs &&
        (before ? event.atMs < before.event.atMs : event.atMs <= endMs),
    );
  });
}

/** Each event right after the one before. */
function strictWays(
  world: World,
  query: FunnelsQuery,
  events: readonly Seen[],
  isEntry: (event: Seen) => boolean,
): Way[] {
  const sorted = events.toSorted((a, b) => a.atMs - b.atMs || (a.uuid < b.uuid ? -1 : 1));
  return sorted.flatMap((entry, at) => {
    if (!isEntry(entry) || !isStep(world, query, entry, 0)) return [];
    const taken: Taken[] = [];
    for (let step = 0; step < query.series.length; step += 1) {
      const event = sorted[at + step];
      if (!event || !isStep(world, query, event, step)) break;
      if (event.atMs > entry.atMs + windowOf(query)) break;
      taken.push({ event, label: labelAt(world, query, event) });
    }
    return [{ taken, spoilt: false }];
  });
}

/** From any event of a step on, the steps that happen in the window, in the order in which they do. */
function unorderedWays(
  world: World,
  query: FunnelsQuery,
  events: readonly Seen[],
  isEntry: (event: Seen) => boolean,
): Way[] {
  const steps = query.series.map((_, step) => candidates(world, query, events, step));
  const starts = steps
    .flat()
    .filter(({ event }) => isEntry(event))
    .toSorted((a, b) => a.event.atMs - b.event.atMs);
  return starts.map(({ event: start }) => {
    const endMs = start.atMs + windowOf(query);
    const firsts = steps.flatMap((ofStep) => {
      const first = ofStep.find(({ event }) => event.atMs >= start.atMs && event.atMs <= endMs);
      return first ? [first] : [];
    });
    return { taken: firsts.toSorted((a, b) => a.event.atMs - b.event.atMs), spoilt: false };
  });
}

function labelAt(world: World, query: FunnelsQuery, event: Seen): string {
  const filter = query.breakdownFilter;
  if (!filter) return '';
  const { breakdown_type: type = 'event', breakdown } = filter;
  return labelOfValue(propertyOf(world, event, type, String(breakdown)));
}

function labelFor(
  world: World,
  query: FunnelsQuery,
  events: readonly Seen[],
  way: Way | undefined,
) {
  const { breakdownAttributionType: kind = 'first_touch', breakdownAttributionValue = 0 } =
    query.funnelsFilter ?? {};
  const { breakdown_type: type = 'event', breakdown } = query.breakdownFilter ?? {};
  const none = labelOfValue(undefined);
  if (!query.breakdownFilter) return '';
  if (kind === 'step') return way?.taken[breakdownAttributionValue]?.label ?? none;
  if (kind === 'all_events') return events[0] ? labelAt(world, query, events[0]) : none;
  const isOfSteps = (event: Seen) =>
    query.series.some((_, step) => isStep(world, query, event, step));
  const stored = (event: Seen) => {
    const value = propertyOf(world, event, type, String(breakdown));
    return typeof value === 'string' && String(breakdown).startsWith('$feature/')
      ? value
      : JSON.stringify(value);
  };
  const touches = events
    .filter((event) => isOfSteps(event) && labelAt(world, query, event) !== none)
    .toSorted((a, b) => a.atMs - b.atMs || (bytes(stored(a)) < bytes(stored(b)) ? -1 : 1));
  const touch = kind === 'first_touch' ? touches[0] : touches.at(-1);
  return touch ? labelAt(world, query, touch) : none;
}
