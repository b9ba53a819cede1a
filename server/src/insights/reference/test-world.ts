// Small worlds for tests of insights: a few people who merge, events at the edges of days, of weeks and of
// changes of the clock, in any order. References compute over `seen`, the store is asked over the rows.
import fc from 'fast-check';
import { type TestEvent, personIdOf } from '#platform/test-events';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** An event as a reference sees it: with the person that it belongs to in the end. */
export type Seen = {
  readonly uuid: string;
  readonly event: string;
  readonly atMs: number;
  readonly distinctId: string;
  readonly personId: string;
  readonly sessionId: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly groups: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly personMode: 'full' | 'propertyless';
};

type WorldPerson = {
  readonly id: string;
  readonly createdMs: number;
  readonly properties: Readonly<Record<string, unknown>>;
};

export type World = {
  readonly zone: string;
  readonly nowMs: number;
  readonly firstWeekday: number;
  readonly seen: readonly Seen[];
  /** The same as rows: with the person of the time. */
  readonly rows: readonly TestEvent[];
  readonly persons: readonly WorldPerson[];
  readonly groups: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** Distinct id → person now. */
  readonly overrides: ReadonlyMap<string, string>;
};

/** Zones and instants of changes of their clocks: forward, back, at midnight, by half an hour. */
const CLOCK_CHANGES: readonly (readonly [string, number])[] = [
  ['UTC', Date.UTC(2026, 10, 1)],
  ['Europe/Berlin', Date.UTC(2026, 9, 25, 1)],
  ['Europe/Berlin', Date.UTC(2026, 2, 29, 1)],
  ['America/New_York', Date.UTC(2026, 10, 1, 6)],
  ['America/New_York', Date.UTC(2026, 2, 8, 7)],
  ['Asia/Kolkata', Date.UTC(2026, 0, 1)],
  ['America/Sao_Paulo', Date.UTC(2018, 10, 4, 3)],
  ['America/Sao_Paulo', Date.UTC(2018, 1, 18, 2)],
  ['Australia/Lord_Howe', Date.UTC(2026, 3, 4, 15)],
  ['Africa/Cairo', Date.UTC(2026, 3, 23, 22)],
  ['Asia/Kathmandu', Date.UTC(2025, 11, 31, 18, 15)],
  ['Pacific/Apia', Date.UTC(2011, 11, 30, 10)],
];

/** Instants in the forty days before `nowMs` at which something is likely to go wrong. */
function instant(changeMs: number, nowMs: number): fc.Arbitrary<number> {
  const edges = fc
    .tuple(fc.integer({ min: -30, max: 9 }), fc.constantFrom(-1, 0, 1, 1000))
    .map(([days, by]) => changeMs + days * DAY_MS + by);
  const hours = fc
    .tuple(fc.integer({ min: -60, max: 60 }), fc.constantFrom(-1, 0, 1))
    .map(([quarters, by]) => changeMs + (quarters * HOUR_MS) / 4 + by);
  const any = fc.integer({ min: -30 * 24, max: 240 }).map((h) => changeMs + h * HOUR_MS + 1234);
  return fc.oneof(edges, hours, any).filter((atMs) => atMs < nowMs + DAY_MS);
}

const propertyValue = fc.constantFrom<unknown>(
  'free',
  'pro',
  'Pro',
  '',
  null,
  5,
  '5',
  7.5,
  true,
  'a"b\\c',
  'é',
);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const properties = fc
  .record({
    plan: optional(propertyValue),
    n: optional(fc.constantFrom<unknown>(1, 2, 3.5, '4', 'x', -1, null)),
  })
  .map(withoutUndefined);
const names = fc.constantFrom('a', 'a', 'b', 'b', 'c');

/** Few instants, whole windows apart from each other: a second, an hour, a day, three days. */
function crowded(changeMs: number): fc.Arbitrary<number> {
  const apart = [
    0,
    0,
    1000,
    HOUR_MS,
    HOUR_MS + 1,
    HOUR_MS + 1000,
    DAY_MS,
    DAY_MS + HOUR_MS,
    3 * DAY_MS,
  ];
  return fc.constantFrom(...apart).map((ms) => changeMs + ms);
}

const PEOPLE = 5;
const IDS = 7;

type Shape = { readonly people: number; readonly ids: number; readonly isCrowded: boolean };

/** Many days with something at their edges. */
export const world = worldOf({ people: PEOPLE, ids: IDS, isCrowded: false });
/** Much at the same instants, or exactly a window apart, by two people. */
export const crowdedWorld = worldOf({ people: 2, ids: 3, isCrowded: true });

function worldOf({ people, ids, isCrowded }: Shape): fc.Arbitrary<World> {
  return fc.constantFrom(...CLOCK_CHANGES).chain(([zone, changeMs]) => {
    const nowMs = changeMs + 9 * DAY_MS + 15 * HOUR_MS + 7;
    const event = fc.record({
      event: names,
      atMs: isCrowded ? crowded(changeMs) : instant(changeMs, nowMs),
      id: fc.nat({ max: ids - 1 }),
      sessionId: fc.constantFrom('', 's1', 's2', 's3'),
      flag: fc.constantFrom('', 'true', 'false', 'test'),
      company: fc.constantFrom('', 'acme', 'globex'),
      personMode: fc.constantFrom<'full' | 'propertyless'>('full', 'full', 'propertyless'),
      properties,
    });
    return fc
      .record({
        events: fc.array(event, isCrowded ? { minLength: 4, maxLength: 10 } : { maxLength: 40 }),
        // Whose each id is now; where it is another than at first, it was merged.
        owners: fc.array(fc.nat({ max: people - 1 }), { minLength: IDS, maxLength: IDS }),
        isMerged: fc.array(fc.boolean(), { minLength: IDS, maxLength: IDS }),
        people: fc.array(
          fc.record({ properties, createdMs: instant(changeMs, nowMs), isKnown: fc.boolean() }),
          { minLength: PEOPLE, maxLength: PEOPLE },
        ),
        companies: fc.tuple(properties, properties),
        firstWeekday: fc.constantFrom(0, 1),
      })
      .map((parts) => build(zone, nowMs, parts));
  });
}

type Parts = {
  readonly events: readonly {
    readonly event: string;
    readonly atMs: number;
    readonly id: number;
    readonly sessionId: string;
    readonly flag: string;
    readonly company: string;
    readonly personMode: 'full' | 'propertyless';
    readonly properties: Readonly<Record<string, unknown>>;
  }[];
  readonly owners: readonly number[];
  readonly isMerged: readonly boolean[];
  readonly people: readonly {
    readonly properties: Readonly<Record<string, unknown>>;
    readonly createdMs: number;
    readonly isKnown: boolean;
  }[];
  readonly companies: readonly [
    Readonly<Record<string, unknown>>,
    Readonly<Record<string, unknown>>,
  ];
  readonly firstWeekday: number;
};

function build(zone: string, nowMs: number, parts: Parts): World {
  const personOf = (id: number) => personIdOf(`person-${parts.owners[id]}`);
  const seen = parts.events.map((event, i): Seen => ({
    uuid: `00000000-0000-7000-8000-${i.toString(16).padStart(12, '0')}`,
    event: event.event,
    atMs: event.atMs,
    distinctId: `id-${event.id}`,
    personId: personOf(event.id),
    sessionId: event.sessionId,
    flags: event.flag === '' ? {} : { beta: event.flag },
    groups: event.company === '' ? {} : { company: event.company },
    properties: event.properties,
    personMode: event.personMode,
  }));
  const rows = seen.map((event, i): TestEvent => {
    const id = parts.events[i]?.id ?? 0;
    const before = personIdOf(`before-${id}`);
    return { ...event, personId: parts.isMerged[id] === true ? before : event.personId };
  });
  const merged = parts.isMerged.flatMap((is, id) =>
    is ? [[`id-${id}`, personOf(id)] as const] : [],
  );
  return {
    zone,
    nowMs,
    firstWeekday: parts.firstWeekday,
    seen,
    rows,
    persons: parts.people.flatMap(({ isKnown, createdMs, properties: own }, i) =>
      isKnown ? [{ id: personIdOf(`person-${i}`), createdMs, properties: own }] : [],
    ),
    groups: new Map([
      ['acme', parts.companies[0]],
      ['globex', parts.companies[1]],
    ]),
    overrides: new Map(merged),
  };
}

function withoutUndefined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/** `['ada', 'a', 1000]` is `a` by ada a second after the start. */
type Told = readonly [
  who: string,
  event: string,
  ms: number,
  properties?: Readonly<Record<string, unknown>>,
];

/** A world of a few named events by named people. */
export function story(events: readonly Told[], startMs: number): World {
  const seen = events.map(([who, event, ms, own = {}], i): Seen => ({
    uuid: `00000000-0000-7000-8000-${i.toString(16).padStart(12, '0')}`,
    event,
    atMs: startMs + ms,
    distinctId: who,
    personId: personIdOf(who),
    sessionId: '',
    flags: {},
    groups: {},
    properties: own,
    personMode: 'full',
  }));
  return {
    zone: 'UTC',
    nowMs: startMs + 9 * DAY_MS,
    firstWeekday: 1,
    seen,
    rows: seen,
    persons: [],
    groups: new Map(),
    overrides: new Map(),
  };
}
