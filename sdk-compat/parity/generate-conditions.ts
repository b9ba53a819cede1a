// Conditions for the parity proof: every operator, with filters that some of the people meet.
import type { Operator, Property } from '../../server/src/flags/flag.ts';
import type { JsonValue } from '../../server/src/kernel/json.ts';
import type { Rng } from '../../server/src/kernel/rng.ts';
import { GROUP_VALUES, PERSON_VALUES } from './generate-people.ts';
import { chance, pick, sample } from './random.ts';

const TEXTS = [
  'pro',
  'PRO',
  'free',
  'ada@acme.com',
  'bern',
  'são paulo',
  'x',
  '',
  'gold',
  'CH',
  '18',
];
const PARTS = ['o', 'ACME', '@', 'e', 'ë', 'old', '1', 'true', ' '];
const PATTERNS = [
  '^p',
  '^E',
  'o$',
  '^(?:[A-Z][a-z]+|acme)$',
  '[^ ]{4,6}',
  '@acme\\.com$',
  '^(?:pro|free)$',
  '[a-f]{2}',
  '\\d+',
  '^[^@]+$',
  'ro|ee',
  '(?i)PRO',
  '\\bpro\\b',
  'l.ne',
  'ü',
];
const DATES = ['-7d', '-1m', '2026-01-01', '2025-12-31T12:00:00Z'];
const VERSIONS = ['1.2.3', '1.2.0', '2.0.0', '0.9.1'];

/** Makers of filter values; an operator is as likely as it stands here. */
const FILTERS: readonly (readonly [Operator, (rng: Rng) => JsonValue])[] = [
  ['exact', (rng) => pick(rng, TEXTS)],
  ['exact', (rng) => [pick(rng, TEXTS), pick(rng, TEXTS)]],
  ['exact', (rng) => pick<string | boolean | null>(rng, ['true', 'false', true, false, null])],
  ['exact', (rng) => pick(rng, [18, '18', '42.5', '1', '[1.5]'])],
  ['is_not', (rng) => pick(rng, TEXTS)],
  ['is_not', (rng) => [pick(rng, TEXTS), pick(rng, TEXTS)]],
  ['is_not', (rng) => pick<string | boolean>(rng, ['true', false])],
  ['is_set', () => 'is_set'],
  ['is_not_set', () => 'is_not_set'],
  ['icontains', (rng) => pick(rng, PARTS)],
  ['not_icontains', (rng) => pick(rng, PARTS)],
  ['icontains_multi', (rng) => sampleOf(rng, PARTS)],
  ['not_icontains_multi', (rng) => sampleOf(rng, PARTS)],
  ['starts_with', (rng) => pick(rng, PARTS)],
  ['not_starts_with', (rng) => pick(rng, PARTS)],
  ['ends_with', (rng) => pick(rng, PARTS)],
  ['not_ends_with', (rng) => pick(rng, PARTS)],
  ['regex', (rng) => pick(rng, PATTERNS)],
  ['not_regex', (rng) => pick(rng, PATTERNS)],
  ['gt', (rng) => pick<number | string>(rng, [9, 18, '18', 42])],
  ['gte', (rng) => pick<number | string>(rng, [18, 50, '5'])],
  ['lt', (rng) => pick<number | string>(rng, [18, 100, '42.5'])],
  ['lte', (rng) => pick<number | string>(rng, [17, '50'])],
  ['between', () => [10, 60]],
  ['not_between', () => [10, 60]],
  ['is_date_before', (rng) => pick(rng, DATES)],
  ['is_date_after', (rng) => pick(rng, DATES)],
  ['is_date_exact', (rng) => pick(rng, DATES)],
  ['semver_eq', (rng) => pick(rng, VERSIONS)],
  ['semver_neq', (rng) => pick(rng, VERSIONS)],
  ['semver_gt', (rng) => pick(rng, VERSIONS)],
  ['semver_gte', (rng) => pick(rng, VERSIONS)],
  ['semver_lt', (rng) => pick(rng, VERSIONS)],
  ['semver_lte', (rng) => pick(rng, VERSIONS)],
  ['semver_tilde', (rng) => pick(rng, VERSIONS)],
  ['semver_caret', (rng) => pick(rng, VERSIONS)],
  ['semver_wildcard', (rng) => pick(rng, ['1.*', '1.2.*', '0.*'])],
];

/** What SDKs mostly decide by themselves; chosen more often, or nearly every flag would be asked for. */
const LOCAL = FILTERS.slice(0, 23).filter(([operator]) => !operator.endsWith('_multi'));

/** @param groupType the group type that the condition set is for, null for people */
export function generateCondition(rng: Rng, groupType: number | null): Property {
  const [operator, makeValue] = pick(rng, chance(rng, 0.93) ? LOCAL : FILTERS);
  const value = makeValue(rng);
  const negation = chance(rng, 0.01) ? { negation: true } : {};
  // Now and then a condition of the other sort, which SDKs would look up in the wrong place.
  const isForGroup = (groupType !== null) !== chance(rng, 0.01);
  if (isForGroup) {
    return groupCondition(rng, groupType ?? 0, { operator, value, ...negation });
  }
  const key = chance(rng, 0.04) ? 'distinct_id' : pick(rng, Object.keys(PERSON_VALUES));
  return { key, type: 'person', operator, value, ...negation };
}

function groupCondition(
  rng: Rng,
  groupType: number,
  rest: Pick<Property, 'operator' | 'value' | 'negation'>,
): Property {
  const key = chance(rng, 0.1) ? '$group_key' : pick(rng, Object.keys(GROUP_VALUES));
  return { key, type: 'group', group_type_index: groupType, ...rest };
}

function sampleOf(rng: Rng, from: readonly string[]): string[] {
  const some = sample(rng, from, 3);
  return some.length > 0 ? some : [pick(rng, from)];
}
