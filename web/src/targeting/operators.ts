// The comparisons of a condition, grouped and worded for people, each with the kind of value it takes.
import type { Operator } from 'serin/flags/flag';

/**
 * How a value is entered: several texts, one text, a number, two numbers, a day, a version, a pattern,
 * or not at all. `other` marks comparisons that are shown but not edited here.
 */
type ValueKind =
  | 'texts'
  | 'text'
  | 'number'
  | 'range'
  | 'date'
  | 'version'
  | 'pattern'
  | 'none'
  | 'other';

export type OperatorWords = {
  readonly operator: Operator;
  /** In the menu and in summaries: "e-mail contains acme". */
  readonly words: string;
  readonly kind: ValueKind;
  /** Whether it also holds for people who lack the property. */
  readonly matchesMissing?: true;
};

export const OPERATOR_GROUPS: readonly {
  readonly name: string;
  readonly operators: readonly OperatorWords[];
}[] = [
  {
    name: 'Equality',
    operators: [
      { operator: 'exact', words: 'is one of', kind: 'texts' },
      { operator: 'is_not', words: 'is none of', kind: 'texts', matchesMissing: true },
      { operator: 'is_set', words: 'is set', kind: 'none' },
      { operator: 'is_not_set', words: 'is not set', kind: 'none', matchesMissing: true },
    ],
  },
  {
    name: 'Text',
    operators: [
      { operator: 'icontains', words: 'contains', kind: 'text' },
      {
        operator: 'not_icontains',
        words: 'does not contain',
        kind: 'text',
        matchesMissing: true,
      },
      { operator: 'icontains_multi', words: 'contains one of', kind: 'texts' },
      {
        operator: 'not_icontains_multi',
        words: 'contains none of',
        kind: 'texts',
        matchesMissing: true,
      },
      { operator: 'starts_with', words: 'starts with', kind: 'text' },
      {
        operator: 'not_starts_with',
        words: 'does not start with',
        kind: 'text',
        matchesMissing: true,
      },
      { operator: 'ends_with', words: 'ends with', kind: 'text' },
      {
        operator: 'not_ends_with',
        words: 'does not end with',
        kind: 'text',
        matchesMissing: true,
      },
      { operator: 'regex', words: 'matches the pattern', kind: 'pattern' },
      {
        operator: 'not_regex',
        words: 'does not match the pattern',
        kind: 'pattern',
        matchesMissing: true,
      },
    ],
  },
  {
    name: 'Number',
    operators: [
      { operator: 'gt', words: 'is greater than', kind: 'number' },
      { operator: 'gte', words: 'is at least', kind: 'number' },
      { operator: 'lt', words: 'is less than', kind: 'number' },
      { operator: 'lte', words: 'is at most', kind: 'number' },
      { operator: 'between', words: 'is between', kind: 'range' },
      { operator: 'not_between', words: 'is not between', kind: 'range', matchesMissing: true },
    ],
  },
  {
    name: 'Date',
    operators: [
      { operator: 'is_date_before', words: 'is before', kind: 'date' },
      { operator: 'is_date_after', words: 'is after', kind: 'date' },
      { operator: 'is_date_exact', words: 'is on', kind: 'date' },
    ],
  },
  {
    name: 'Version',
    operators: [
      { operator: 'semver_eq', words: 'is version', kind: 'version' },
      { operator: 'semver_neq', words: 'is not version', kind: 'version' },
      { operator: 'semver_gt', words: 'is newer than version', kind: 'version' },
      { operator: 'semver_gte', words: 'is at least version', kind: 'version' },
      { operator: 'semver_lt', words: 'is older than version', kind: 'version' },
      { operator: 'semver_lte', words: 'is at most version', kind: 'version' },
      { operator: 'semver_tilde', words: 'is about version (~)', kind: 'version' },
      { operator: 'semver_caret', words: 'is compatible with version (^)', kind: 'version' },
      { operator: 'semver_wildcard', words: 'is within version (1.2.*)', kind: 'version' },
    ],
  },
];

/** Comparisons of cohorts and of other flags: not by property, so not in the menu above. */
const OTHER_WORDS: readonly OperatorWords[] = [
  { operator: 'in', words: 'is in', kind: 'other' },
  { operator: 'not_in', words: 'is not in', kind: 'other' },
  { operator: 'flag_evaluates_to', words: 'evaluates to', kind: 'other' },
];

const BY_OPERATOR = new Map(
  [...OPERATOR_GROUPS.flatMap(({ operators }) => operators), ...OTHER_WORDS].map((entry) => [
    entry.operator,
    entry,
  ]),
);

/** The words and value kind of an operator; a condition without one means `exact`. */
export function wordsOf(operator: Operator = 'exact'): OperatorWords {
  return BY_OPERATOR.get(operator) ?? { operator, words: operator, kind: 'other' };
}
