// The outcome of an evaluation in words, and the properties that people type for one.
import type { RequestOf } from '../api/client.ts';
import type { FlagTest } from '../api/flags.ts';

type Properties = NonNullable<RequestOf<'flags.testEvaluation'>['body']['person_properties']>;
type ReasonCode = FlagTest['reason']['code'];

/** The reason of an evaluation, or of one condition set by itself. */
export function reasonWords(code: ReasonCode, index: number | null): string {
  const set = index === null ? 'The set' : `Set ${index + 1}`;
  switch (code) {
    case 'condition_match':
      return `${set} takes this person in.`;
    case 'out_of_rollout_bound':
      return `${set} matches, but its share does not reach this person.`;
    case 'no_condition_match':
      return index === null ? 'No set matches this person.' : `${set} does not match.`;
    case 'no_group_type':
      return `${set} asks for a group that this person is not in.`;
    case 'flag_disabled':
      return 'The flag is off.';
    case 'super_condition_value':
      return 'The person has opted in or out by early access.';
    case 'holdout_condition_value':
      return 'The person is held out.';
    case 'missing_dependency':
      return 'It depends on a flag that does not exist here.';
  }
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
