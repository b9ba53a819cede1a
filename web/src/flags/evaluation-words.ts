// The outcome of an evaluation in words, and the properties that people type for one.
import type { FlagTest, FlagTestQuestion } from '../api/evaluations.ts';

type Properties = NonNullable<FlagTestQuestion['person_properties']>;
type Step = FlagTest['steps'][number];
type Condition = FlagTest['conditions'][number];
type ReasonCode = Condition['code'];

const formatShare = (share: number): string => String(Number(share.toFixed(6)));

/** A value of a flag as people say it: `on`, `off`, or the variant. */
export function valueWords(value: boolean | string): string {
  if (typeof value === 'string') return value;
  return value ? 'on' : 'off';
}

/** What one condition set says by itself. */
export function conditionWords(code: ReasonCode, index: number): string {
  const set = `Set ${index + 1}`;
  switch (code) {
    case 'condition_match':
      return `${set} takes this person in.`;
    case 'out_of_rollout_bound':
      return `${set} matches, but its share does not reach this person.`;
    case 'no_group_type':
      return `${set} deals out by a group that this person is not in.`;
    default:
      return `${set} does not match.`;
  }
}

/** One step before the condition sets: what was asked and found. */
export function stepWords(step: Step): string {
  switch (step.kind) {
    case 'switch':
      return step.is_on ? 'The flag is on.' : 'The flag is off.';
    case 'kill_switch':
      return killSwitchWords(step.flag);
    case 'override':
      return step.value === null
        ? 'No override names this person.'
        : `An override makes it ${valueWords(step.value)} for this person.`;
    case 'dependencies':
      return dependencyWords(step);
    case 'early_access':
      if (!step.decides) return 'This person neither opted in nor out.';
      return step.value === true || step.value === 'true'
        ? 'This person opted in to early access.'
        : 'This person opted out of early access.';
    case 'holdout':
      return `${step.decides ? 'This person is held out' : 'Not held out'}: at ${placeWords(step.position, step.percentage)} of 100, and the first ${formatShare(step.percentage)} are.`;
    case 'conditions':
      return 'The condition sets are tried, from the top.';
  }
}

function killSwitchWords({ key, value }: Extract<Step, { kind: 'kill_switch' }>['flag']): string {
  if (value === null) return `The kill switch ${key} cannot be asked, so the flag is off.`;
  return value === false
    ? `The kill switch ${key} is off.`
    : `The kill switch ${key} is on, so this flag is off.`;
}

function dependencyWords({ flags, decides }: Extract<Step, { kind: 'dependencies' }>): string {
  const missing = flags.find(({ value }) => value === null);
  if (missing) return 'A condition asks for a flag that does not exist here, so the flag is off.';
  if (decides) return 'Flags that it depends on wait for each other, so the flag is off.';
  const found = flags.map(({ key, value }) => `${key} is ${valueWords(value ?? false)}`);
  return `It asks for other flags: ${found.join(', ')}.`;
}

/** A place from 0 to 100 with as many digits as tell on which side of the share it is. */
export function placeWords(position: number, share: number): string {
  const isIn = position <= share;
  const digits = [2, 4, 6].find((count) => Number(position.toFixed(count)) <= share === isIn);
  return position.toFixed(digits ?? 10);
}

/** Why the flag came out as it did, in one sentence. */
export function outcomeWords({ steps, reason }: Pick<FlagTest, 'steps' | 'reason'>): string {
  const decider = steps.find(({ decides }) => decides);
  if (decider && decider.kind !== 'conditions') return stepWords(decider);
  if (reason.condition_index === null) return 'There is no condition set.';
  if (reason.code === 'condition_match') return conditionWords(reason.code, reason.condition_index);
  return `No set takes this person in. ${conditionWords(reason.code, reason.condition_index)}`;
}

const BUCKETED_BY = {
  distinct_id: 'distinct id',
  device_id: 'device id',
  group_key: 'group',
  anonymous_id: 'id before login',
  kept_id: 'id kept from before login',
} as const;

/** Where the person falls, beside the share: `At 37.20 of 100 by distinct id; the first 25 are in.` */
export function bucketWords({
  by,
  position,
  percentage,
}: NonNullable<Condition['bucket']>): string {
  return `At ${placeWords(position, percentage)} of 100 by ${BUCKETED_BY[by]}; the first ${formatShare(percentage)} are in.`;
}

const SOURCES = {
  request: 'given here',
  stored: 'stored',
  evaluated: 'just evaluated',
  missing: '',
} as const;

/** What the person has, and from where: `free (stored)`, `not set`. */
export function actualWords(property: Condition['properties'][number]): string {
  const { type, actual, source } = property;
  if (source === 'missing') return type === 'flag' ? 'no such flag' : 'not set';
  if (type === 'cohort') return actual === true ? 'in it' : 'not in it';
  if (type === 'flag') return valueWords(actual as boolean | string);
  const text = typeof actual === 'string' ? actual || '(empty)' : JSON.stringify(actual);
  return `${text} (${SOURCES[source]})`;
}

type Parsed = {
  readonly properties: Properties | null;
  readonly problem: string | null;
};

/** Reads person properties; nothing typed means none. */
export function parseProperties(json: string): Parsed {
  if (json.trim() === '') return { properties: {}, problem: null };
  try {
    const value: unknown = JSON.parse(json);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject
      ? { properties: value as Properties, problem: null }
      : { properties: null, problem: 'Must be a JSON object.' };
  } catch (error) {
    return { properties: null, problem: error instanceof Error ? error.message : 'Not JSON.' };
  }
}
