// How a series is measured, in words.
import { pluralOf } from '../targeting/names.ts';
import type { TrendsSeries } from './query.ts';

export type MathName = NonNullable<TrendsSeries['math']>;

type MathWords = {
  readonly math: MathName;
  /** In the menu. */
  readonly label: string;
  /** After the event's name; nothing for what people expect. */
  readonly suffix?: string;
  /** Of a property, which has to be named. */
  readonly ofProperty?: true;
};

const MATH_GROUPS: readonly {
  readonly name: string;
  readonly maths: readonly MathWords[];
}[] = [
  {
    name: 'Count',
    maths: [
      { math: 'total', label: 'Total count' },
      { math: 'dau', label: 'Unique people', suffix: 'unique people' },
      { math: 'weekly_active', label: 'Weekly active people', suffix: 'weekly active' },
      { math: 'monthly_active', label: 'Monthly active people', suffix: 'monthly active' },
      { math: 'unique_session', label: 'Unique sessions', suffix: 'sessions' },
      { math: 'first_time_for_user', label: 'People for the first time', suffix: 'first time' },
    ],
  },
  {
    name: 'Value of a property',
    maths: [
      { math: 'sum', label: 'Sum', suffix: 'sum', ofProperty: true },
      { math: 'avg', label: 'Average', suffix: 'average', ofProperty: true },
      { math: 'median', label: 'Median', suffix: 'median', ofProperty: true },
      { math: 'p75', label: '75th percentile', suffix: 'p75', ofProperty: true },
      { math: 'p90', label: '90th percentile', suffix: 'p90', ofProperty: true },
      { math: 'p95', label: '95th percentile', suffix: 'p95', ofProperty: true },
      { math: 'p99', label: '99th percentile', suffix: 'p99', ofProperty: true },
      { math: 'min', label: 'Minimum', suffix: 'minimum', ofProperty: true },
      { math: 'max', label: 'Maximum', suffix: 'maximum', ofProperty: true },
    ],
  },
  {
    name: 'Count per person',
    maths: [
      { math: 'avg_count_per_actor', label: 'Average per person', suffix: 'average per person' },
      { math: 'median_count_per_actor', label: 'Median per person', suffix: 'median per person' },
      {
        math: 'p90_count_per_actor',
        label: '90th percentile per person',
        suffix: 'p90 per person',
      },
      { math: 'max_count_per_actor', label: 'Maximum per person', suffix: 'maximum per person' },
    ],
  },
];

const WORDS = new Map(
  MATH_GROUPS.flatMap(({ maths }) => maths).map((words) => [words.math, words]),
);

export const isOfProperty = (math: MathName | null | undefined): boolean =>
  WORDS.get(math ?? 'total')?.ofProperty === true;

/** `unique people`, `sum of amount`; nothing for the total count. */
export function mathSuffix({ math, math_property: property }: TrendsSeries): string {
  const name = math ?? 'total';
  const suffix = WORDS.get(name)?.suffix ?? (name === 'total' ? '' : name.replaceAll('_', ' '));
  return isOfProperty(name) && property ? `${suffix} of ${property}` : suffix;
}

/** Different groups of a type are a choice for each type. */
const UNIQUE_GROUP = 'unique_group';

/** A measure as a choice of the menu. */
export function mathChoice({ math, math_group_type_index: index }: TrendsSeries): string {
  return math === UNIQUE_GROUP ? `${UNIQUE_GROUP}:${index ?? 0}` : (math ?? 'total');
}

/** The series as it is measured by a choice of the menu; a property stays while its numbers are asked for. */
export function measuredBy(one: TrendsSeries, choice: string): TrendsSeries {
  const [math, index] = choice.split(':') as [MathName, string?];
  const { math_group_type_index: _, ...rest } = one;
  if (math === UNIQUE_GROUP) return { ...bare(rest), math, math_group_type_index: Number(index) };
  return isOfProperty(math) ? { ...rest, math } : { ...bare(rest), math };
}

function bare(one: TrendsSeries): TrendsSeries {
  const { math_property: _, math_property_type: __, ...rest } = one;
  return rest;
}

/** The choices of a menu; what the menu has not, but a question does, is added. */
export function mathChoices(chosen: string, groupTypes: readonly (string | undefined)[]) {
  const known = MATH_GROUPS.map(({ name, maths }) => ({
    group: name,
    items: maths.map(({ math, label }) => ({ value: math as string, label })),
  }));
  const groups = groupTypes.flatMap((name, index) =>
    name === undefined
      ? []
      : [{ value: `${UNIQUE_GROUP}:${index}`, label: `Unique ${pluralOf(name)}` }],
  );
  const choices = groups.length > 0 ? [...known, { group: 'Groups', items: groups }] : known;
  const isKnown = choices.some(({ items }) => items.some(({ value }) => value === chosen));
  if (isKnown) return choices;
  return [...choices, { group: 'Other', items: [{ value: chosen, label: chosen }] }];
}
