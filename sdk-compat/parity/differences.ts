// Where SDKs that evaluate by themselves may come to another value than the server, because of what lies in
// a call and not in a definition. The proof accepts these and no others; docs/sdk-compatibility.md repeats
// every one of them, and a test compares the two.
import type { Group, Property } from '../../server/src/flags/flag.ts';
import { GROUP_TYPES, type Properties, type Somebody, type Value } from './generate-people.ts';

export type Sdk = 'posthog-node' | 'posthog-python';

/** One flag for one person, with everything that the flag's value follows from. */
export type Cell = {
  readonly sdk: Sdk;
  readonly person: Somebody;
  /** Condition sets of the flag and of the flags that it needs; each list is one flag's. */
  readonly conditions: readonly (readonly Group[])[];
};

export type Difference = {
  /** Unique and stable; the document uses it as the row's name. */
  readonly id: string;
  readonly sdks: string;
  /** When it happens, and what the SDK says instead. */
  readonly what: string;
  readonly applies: (cell: Cell) => boolean;
};

export const DIFFERENCES: readonly Difference[] = [
  {
    id: 'later-condition-set',
    sdks: 'all with local evaluation',
    what: 'a condition set asks for a property that the call does not give, and a later set matches: the SDK takes the later one, the server knows whether the earlier one matches',
    applies: (cell) =>
      cell.conditions.some(
        (groups) =>
          groups.length > 1 &&
          groups.some((group) =>
            (group.properties ?? []).some((property) => valueOf(property, cell) === undefined),
          ),
      ),
  },
  {
    id: 'whole-numbers',
    sdks: 'posthog-node',
    what: 'a condition set compares a whole number as text (`exact`, `is_not`), which JavaScript cannot tell from 5.0, and a later set matches: the SDK takes the later one',
    applies: (cell) =>
      cell.sdk === 'posthog-node' &&
      cell.conditions.some((groups) => groups.length > 1) &&
      meets(cell, ['exact', 'is_not'], (value) => /(?<![\d.])\d+(?![\d.])/.test(jsonOf(value))),
  },
  {
    id: 'numbers-as-text',
    sdks: 'posthog-node, posthog-python',
    what: 'a bound (`gt`, `gte`, `lt`, `lte`) meets a value that is no number: SDKs compare as text what the server does not compare at all, and posthog-python also numbers given as text',
    applies: (cell) =>
      meets(cell, ['gt', 'gte', 'lt', 'lte'], (value) => typeof value !== 'number'),
  },
  {
    id: 'null-values',
    sdks: 'posthog-python',
    what: 'a property is null: posthog-python matches nothing but `exact` and `is_not`, the server reads it as the text “null”',
    applies: (cell) =>
      cell.sdk === 'posthog-python' && meets(cell, TEXT_OPERATORS, (value) => value === null),
  },
  {
    id: 'lists-and-objects',
    sdks: 'posthog-node, posthog-python',
    what: 'part of a text is looked for in a list or an object: SDKs write those out in the way of their language, the server as JSON',
    applies: (cell) =>
      meets(cell, TEXT_OPERATORS, (value) => typeof value === 'object' && value !== null),
  },
  {
    id: 'booleans-in-patterns',
    sdks: 'posthog-python',
    what: 'a regular expression meets true or false: posthog-python searches “True” and “False”, the server “true” and “false”',
    applies: (cell) =>
      cell.sdk === 'posthog-python' &&
      meets(cell, ['regex', 'not_regex'], (value) => typeof value === 'boolean'),
  },
  {
    id: 'long-ids',
    sdks: 'all with local evaluation',
    what: 'a distinct id has more than 200 characters: the server cuts it before hashing, SDKs do not',
    applies: ({ person }) => [...person.distinctId].length > 200,
  },
  {
    id: 'patterns-beyond-ascii',
    sdks: 'posthog-python',
    what: 'in a pattern, `$` also matches before a last newline, and `\\d` and `\\w` match digits and letters of every script',
    applies: (cell) =>
      cell.sdk === 'posthog-python' &&
      meets(
        cell,
        ['regex', 'not_regex'],
        (value) => typeof value === 'string' && /\n$|[^\0-\x7f]/.test(value),
      ),
  },
];

const TEXT_OPERATORS = [
  'icontains',
  'not_icontains',
  'starts_with',
  'not_starts_with',
  'ends_with',
  'not_ends_with',
  'regex',
  'not_regex',
] as const;

/** Texts apart: their digits are no numbers. */
const jsonOf = (value: Value): string => (typeof value === 'string' ? '' : JSON.stringify(value));

/** True when a condition with one of the operators meets such a value. */
function meets(
  cell: Cell,
  operators: readonly string[],
  isSuch: (value: Value) => boolean,
): boolean {
  return cell.conditions
    .flat()
    .flatMap((group) => group.properties ?? [])
    .some((property) => {
      const value = valueOf(property, cell);
      return value !== undefined && operators.includes(property.operator ?? '') && isSuch(value);
    });
}

/** What a condition is asked of; undefined when the call does not give it. */
function valueOf(property: Property, { person }: Cell): Value | undefined {
  const { key, type, group_type_index: index } = property;
  if (type === 'person') {
    return key === 'distinct_id' ? person.distinctId : person.personProperties[key];
  }
  if (type !== 'group') return '';
  const groupType = GROUP_TYPES[index ?? 0] ?? '';
  const known: Properties | undefined = person.groupProperties[groupType];
  if (key === '$group_key') return person.groups[groupType];
  // Without the group the whole condition set is passed over, here and there.
  return known === undefined ? '' : known[key];
}
