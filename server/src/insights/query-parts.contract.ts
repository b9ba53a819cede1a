// The parts that several kinds of query share, on the wire. Unknown fields are refused by name; null means that
// a field is not given, as PostHog's own clients send it.
import { z } from 'zod';
import { OPERATORS } from '#properties/operator';
import { MATHS } from './sql/measure.ts';

const MAX_TEXT = 2000;
const MAX_FILTERS = 100;
const MAX_FILTER_DEPTH = 4;

/** A field that may be left out or null. */
export function given<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value): z.output<T> | undefined => value ?? undefined);
}

/** Fields that only say how an answer is drawn: kept with saved insights, without effect on the answer. */
export function displayOnly<const Name extends string>(...names: readonly Name[]) {
  const field = z.unknown().optional();
  return Object.fromEntries(names.map((name) => [name, field])) as Record<Name, typeof field>;
}

export const Text = z.string().max(MAX_TEXT);
export const groupTypeIndex = z.number().int().min(0).max(255);
export const Interval = z.enum(['minute', 'hour', 'day', 'week', 'month']);

const DateRange = z
  .strictObject({
    date_from: given(z.string().max(50)).describe('`-7d`, `mStart`, a date, a time, `all`.'),
    date_to: given(z.string().max(50)).describe('Left out: now.'),
    explicitDate: given(z.boolean()),
  })
  .meta({ id: 'DateRange' });

const Scalar = z.union([z.string().max(MAX_TEXT), z.number(), z.boolean(), z.null()]);
const CONDITION_OPERATORS = OPERATORS.filter((operator) => operator !== 'flag_evaluates_to');

export const PropertyFilter = z
  .strictObject({
    key: z.string().min(1).max(400),
    value: z.union([Scalar, z.array(Scalar).max(5000)]).optional(),
    operator: given(z.enum(CONDITION_OPERATORS)),
    type: given(z.enum(['event', 'feature', 'person', 'group', 'cohort'])),
    group_type_index: given(groupTypeIndex),
    ...displayOnly('label', 'cohort_name', 'group_key_names'),
  })
  .meta({ id: 'PropertyFilter' });

type Group = {
  type: 'AND' | 'OR';
  values: (Group | z.output<typeof PropertyFilter>)[];
};

function filterGroup(depth: number): z.ZodType<Group> {
  const inner: z.ZodType<Group['values'][number]> =
    depth === 0 ? PropertyFilter : z.union([PropertyFilter, filterGroup(depth - 1)]);
  return z.strictObject({
    type: z.enum(['AND', 'OR']),
    values: z.array(inner).max(MAX_FILTERS),
  });
}

export const Filters = z.union([
  z.array(PropertyFilter).max(MAX_FILTERS),
  filterGroup(MAX_FILTER_DEPTH),
]);

/** What every event of a series, a step or an entity is described by. */
export const eventsNode = {
  event: z
    .string()
    .max(400)
    .nullish()
    .transform((event) => event ?? null)
    .describe('Null: any.'),
  name: given(Text),
  custom_name: given(Text),
  properties: given(Filters),
  ...displayOnly('version', 'response', 'fixedProperties', 'id', 'uuid', 'order', 'type'),
};

export const Series = z
  .strictObject({
    kind: z.literal('EventsNode'),
    ...eventsNode,
    math: given(z.enum(MATHS)),
    math_property: given(z.string().max(400)),
    math_property_type: given(z.enum(['event', 'person', 'group', 'session'])),
    math_group_type_index: given(groupTypeIndex),
  })
  .meta({ id: 'EventsNode' });

/** Fields of every kind of query. */
export const narrowing = {
  dateRange: given(DateRange),
  properties: given(Filters),
  filterTestAccounts: given(z.boolean()),
  aggregation_group_type_index: given(groupTypeIndex),
  /** Every event is read; only 1 is true. */
  samplingFactor: given(z.literal(1)),
  ...displayOnly('version', 'response', 'modifiers', 'tags', 'dataColorTheme'),
};

export const CompareFilter = z
  .strictObject({ compare: given(z.boolean()), compare_to: given(z.string().max(20)) })
  .meta({ id: 'CompareFilter' });

const BREAKDOWN_TYPES = ['event', 'feature', 'person', 'group', 'flag_exposure', 'cohort'] as const;
const MAX_BREAKDOWNS = 3;
const bins = z.number().int().min(2).max(100);

export const BreakdownFilter = z
  .strictObject({
    breakdown: given(
      z.union([
        z.string().max(400),
        z.number(),
        z.array(z.union([z.string().max(400), z.number()])).max(50),
      ]),
    ),
    breakdown_type: given(z.enum(BREAKDOWN_TYPES)),
    breakdown_group_type_index: given(groupTypeIndex),
    breakdown_limit: given(z.number().int().min(1).max(1000)),
    breakdown_hide_other_aggregation: given(z.boolean()),
    breakdown_normalize_url: given(z.boolean()),
    breakdown_histogram_bin_count: given(bins),
    breakdowns: given(
      z
        .array(
          z.strictObject({
            property: z.union([z.string().min(1).max(400), z.number()]).transform(String),
            type: given(z.enum(BREAKDOWN_TYPES)),
            group_type_index: given(groupTypeIndex),
            normalize_url: given(z.boolean()),
            histogram_bin_count: given(bins),
          }),
        )
        .max(MAX_BREAKDOWNS),
    ),
  })
  .meta({ id: 'BreakdownFilter' });
