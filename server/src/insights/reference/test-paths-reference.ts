// Paths by plain loops.
import { matches, startOfRange } from './test-reference.ts';
import type { PathEdge, PathsQuery } from '../paths/paths.ts';
import type { Seen, World } from './test-world.ts';

const PAUSE_MS = 30 * 60 * 1000;

type Stop = { readonly item: string; readonly atMs: number };

/** An edge, and who takes it. */
type Taken = PathEdge & { readonly people: number };

/** Every edge, in any order. */
export function referenceEdges(world: World, query: PathsQuery, days: number): Taken[] {
  const fromMs = startOfRange(world, days, 'day');
  const { excludeEvents = [], includeEventTypes } = query.pathsFilter;
  const isOfType = (event: Seen) =>
    includeEventTypes === undefined ||
    includeEventTypes.some((type) =>
      type === 'custom_event' ? !event.event.startsWith('$') : event.event === type,
    );
  const read = world.seen
    .filter((event) => event.atMs >= fromMs && event.atMs < world.nowMs && isOfType(event))
    .filter(
      (event) => matches(world, event, query.properties) && !excludeEvents.includes(event.event),
    )
    .toSorted((a, b) => a.atMs - b.atMs || (a.uuid < b.uuid ? -1 : 1));
  const times = new Map<string, number[]>();
  const people = new Map<string, Set<string>>();
  for (const [person, own] of Map.groupBy(read, (event) => event.personId)) {
    for (const path of pathsOf(own, query)) {
      for (const [i, stop] of path.slice(0, -1).entries()) {
        const next = path[i + 1];
        if (!next) continue;
        const key = JSON.stringify([`${i + 1}_${stop.item}`, `${i + 2}_${next.item}`]);
        times.set(key, [...(times.get(key) ?? []), next.atMs - stop.atMs]);
        people.set(key, (people.get(key) ?? new Set()).add(person));
      }
    }
  }
  return [...times].map(([key, ms]) => {
    const [source = '', target = ''] = JSON.parse(key) as string[];
    const sum = ms.reduce((a, b) => a + b, 0);
    const average = sum / ms.length;
    return {
      source,
      target,
      value: ms.length,
      average_conversion_time: average,
      people: people.get(key)?.size ?? 0,
    };
  });
}

function pathsOf(events: readonly Seen[], query: PathsQuery): Stop[][] {
  const visits: Seen[][] = [];
  for (const event of events) {
    const last = visits.at(-1)?.at(-1);
    if (!last || event.atMs - last.atMs > PAUSE_MS) visits.push([]);
    visits.at(-1)?.push(event);
  }
  return visits.map((visit) => {
    const stops: Stop[] = [];
    for (const { event: item, atMs } of visit) {
      if (stops.at(-1)?.item !== item) stops.push({ item, atMs });
    }
    return cut(stops, query);
  });
}

function cut(stops: Stop[], { pathsFilter }: PathsQuery): Stop[] {
  const { startPoint, endPoint, stepLimit = 5 } = pathsFilter;
  let path = stops;
  if (startPoint !== undefined) {
    const at = path.findIndex(({ item }) => item === startPoint);
    path = at < 0 ? [] : path.slice(at);
  }
  if (endPoint === undefined) return path.slice(0, stepLimit);
  const end = path.findIndex(({ item }) => item === endPoint);
  path = end < 0 ? [] : path.slice(0, end + 1);
  if (startPoint === undefined) return path.slice(-stepLimit);
  if (path.length <= stepLimit) return path;
  const head = Math.ceil(stepLimit / 2);
  const omitted = path[head];
  return [
    ...path.slice(0, head),
    ...(omitted ? [{ item: '...', atMs: omitted.atMs }] : []),
    ...path.slice(path.length - (stepLimit - head)),
  ];
}
