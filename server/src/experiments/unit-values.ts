// The semantics of an experiment on plain events in memory: who is exposed, and what each unit did. Slow and
// plain on purpose: it is what the event store's queries are checked against (docs/statistics.md §11).

export type RawEvent = readonly [
  uuid: string,
  distinctId: string,
  timestamp: string,
  event: string,
  properties: Readonly<Record<string, unknown>>,
];

export type EventSource = {
  readonly event: string;
  readonly math?: 'count' | 'total' | 'sum' | 'avg' | 'min' | 'max' | 'dau' | 'unique_session';
  readonly property?: string;
};

export type Span = { readonly value: number; readonly unit: SpanUnit };
export type SpanUnit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month';

const UNIT_MS: Readonly<Record<SpanUnit, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 30 * 86_400_000,
};

export function spanMs({ value, unit }: Span): number {
  return value * UNIT_MS[unit];
}

export type ExposureRules = {
  readonly flagKey: string;
  readonly variants: readonly string[];
  readonly start: string;
  readonly end: string | null;
  readonly asOf: string;
  readonly exposure: {
    readonly event: string;
    readonly multipleVariantHandling: 'exclude' | 'first_seen';
    readonly filterTestAccounts: boolean;
    /** Whoever was exposed enters with this event. */
    readonly activation?: string | undefined;
  };
  /** When the shares of the variants were changed, in order. */
  readonly changes?: readonly string[] | undefined;
  readonly testAccounts: readonly string[];
  /** Person by distinct id; without one the distinct id is the unit. */
  readonly persons: Readonly<Record<string, string>>;
};

/** An event with its time in milliseconds and the unit that it belongs to. */
export type UnitEvent = {
  readonly uuid: string;
  readonly unit: string;
  readonly atMs: number;
  readonly event: string;
  readonly properties: Readonly<Record<string, unknown>>;
};

export const MULTIPLE = '$multiple';

export type ExposedUnit = {
  readonly unit: string;
  /** `$multiple` for units seen in several variants that are to be excluded. */
  readonly variant: string;
  /** First exposure, or what made the unit enter after it; milliseconds since the epoch. */
  readonly firstMs: number;
  /** First exposure. */
  readonly exposedMs: number;
  /** How often the shares had been changed before the first exposure. */
  readonly epoch: number;
  /** Of the first exposure's event. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** All events of the unit, ordered by time and then by uuid. */
  readonly events: readonly UnitEvent[];
};

/** The units' events by unit, in order. */
function eventsByUnit(events: readonly RawEvent[], rules: ExposureRules): Map<string, UnitEvent[]> {
  const units = new Map<string, UnitEvent[]>();
  for (const [uuid, distinctId, timestamp, event, properties] of events) {
    const unit = rules.persons[distinctId] ?? distinctId;
    if (rules.exposure.filterTestAccounts && rules.testAccounts.includes(unit)) continue;
    const list = units.get(unit) ?? [];
    units.set(unit, list);
    list.push({ uuid, unit, atMs: Date.parse(timestamp), event, properties });
  }
  for (const list of units.values())
    list.sort((a, b) => a.atMs - b.atMs || (a.uuid < b.uuid ? -1 : 1));
  return units;
}

/** The moment at which exposures end: the stop, or the moment the analysis stands for. */
export function exposureEndMs({ end, asOf }: Pick<ExposureRules, 'end' | 'asOf'>): number {
  return Math.min(end === null ? Infinity : Date.parse(end), Date.parse(asOf));
}

/** The variant that an event exposes to; undefined when it is no exposure. */
function exposedVariant(event: UnitEvent, rules: ExposureRules): string | undefined {
  const { exposure, flagKey } = rules;
  const { properties } = event;
  if (event.event !== exposure.event) return undefined;
  // A value forced on the client says nothing about those who were given theirs.
  if ('$feature_flag_original_response' in properties) return undefined;
  const isCall = exposure.event === '$feature_flag_called';
  if (isCall && properties['$feature_flag'] !== flagKey) return undefined;
  const value = isCall ? properties['$feature_flag_response'] : properties[`$feature/${flagKey}`];
  return typeof value === 'string' && rules.variants.includes(value) ? value : undefined;
}

export function exposedUnits(events: readonly RawEvent[], rules: ExposureRules): ExposedUnit[] {
  const [fromMs, untilMs] = [Date.parse(rules.start), exposureEndMs(rules)];
  const exposed: ExposedUnit[] = [];
  for (const [unit, list] of eventsByUnit(events, rules)) {
    const seen = list.filter(
      (event) =>
        event.atMs >= fromMs && event.atMs < untilMs && exposedVariant(event, rules) !== undefined,
    );
    const [first] = seen;
    if (!first) continue;
    const epochOf = ({ atMs }: UnitEvent) =>
      (rules.changes ?? []).filter((change) => Date.parse(change) <= atMs).length;
    // A change of the shares moves some to another variant: they stay with their first.
    const inFirst = seen.filter((event) => epochOf(event) === epochOf(first));
    const variants = new Set(inFirst.map((event) => exposedVariant(event, rules)));
    const { activation } = rules.exposure;
    const entry =
      activation === undefined
        ? first
        : list.find(
            ({ event, atMs }) => event === activation && atMs >= first.atMs && atMs < untilMs,
          );
    if (!entry) continue;
    const isExcluded = variants.size > 1 && rules.exposure.multipleVariantHandling === 'exclude';
    exposed.push({
      unit,
      variant: isExcluded ? MULTIPLE : (exposedVariant(first, rules) as string),
      firstMs: entry.atMs,
      exposedMs: first.atMs,
      epoch: epochOf(first),
      properties: first.properties,
      events: list,
    });
  }
  return exposed;
}

/** A finite number, or text that is one. */
function numericValue(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** One unit's value over its events of a source within [fromMs, untilMs); 0 without any. */
export function valueOver(
  unit: ExposedUnit,
  source: EventSource,
  range: { readonly fromMs: number; readonly untilMs: number; readonly timezone: string },
): number {
  const events = unit.events.filter(
    ({ event, atMs }) => event === source.event && atMs >= range.fromMs && atMs < range.untilMs,
  );
  const math = source.math ?? 'count';
  if (math === 'count' || math === 'total') return events.length;
  if (math === 'dau') return new Set(events.map(({ atMs }) => dayOf(atMs, range.timezone))).size;
  if (math === 'unique_session') {
    const sessions = events.map(({ properties }) => properties['$session_id']);
    return new Set(sessions.filter((session) => typeof session === 'string')).size;
  }
  const values = events
    .map(({ properties }) => numericValue(properties[source.property ?? '']))
    .filter((value) => value !== undefined);
  if (values.length === 0) return 0;
  const sum = values.reduce((total, value) => total + value, 0);
  if (math === 'sum') return sum;
  if (math === 'avg') return sum / values.length;
  return math === 'min' ? Math.min(...values) : Math.max(...values);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day in a time zone, `2026-03-01`. */
export function dayOf(atMs: number, timezone: string): string {
  const format =
    formats.get(timezone) ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone: timezone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
  formats.set(timezone, format);
  return format.format(atMs);
}
