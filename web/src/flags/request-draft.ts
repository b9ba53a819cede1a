// What a request for a person's flags would bring, as a form holds it.
import type { FlagTestQuestion } from '../api/evaluations.ts';
import { parseProperties } from './evaluation-words.ts';

export type RequestDraft = {
  readonly distinctId: string;
  /** JSON texts; empty for none. */
  readonly personProperties: string;
  readonly groupProperties: string;
  /** Group keys by group type; empty for none. */
  readonly groups: Readonly<Record<string, string>>;
  readonly deviceId: string;
};

export const emptyRequest: RequestDraft = {
  distinctId: '',
  personProperties: '',
  groupProperties: '',
  groups: {},
  deviceId: '',
};

/** Properties of groups by group type, each a JSON object. */
function parseGroupProperties(json: string) {
  const { properties, problem } = parseProperties(json);
  if (properties === null) return { properties: null, problem };
  const isNested = Object.values(properties).every(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
  return isNested
    ? { properties: properties as NonNullable<FlagTestQuestion['group_properties']>, problem: null }
    : { properties: null, problem: 'Must hold a JSON object for each group type.' };
}

/** What keeps the question from being asked; null when nothing does. */
export function requestProblem(request: RequestDraft): string | null {
  if (request.distinctId.trim() === '') return 'Name a person.';
  return (
    parseProperties(request.personProperties).problem ??
    parseGroupProperties(request.groupProperties).problem
  );
}

/** Why the texts are not usable, for their fields. */
export const personPropertiesProblem = (json: string) => parseProperties(json).problem;
export const groupPropertiesProblem = (json: string) => parseGroupProperties(json).problem;

/** What is sent; only what was filled in. */
export function questionOf(request: RequestDraft): FlagTestQuestion {
  const { properties: person } = parseProperties(request.personProperties);
  const { properties: group } = parseGroupProperties(request.groupProperties);
  const groups = Object.entries(request.groups).filter(([, key]) => key.trim() !== '');
  return {
    distinct_id: request.distinctId.trim(),
    ...(person && Object.keys(person).length > 0 ? { person_properties: person } : {}),
    ...(group && Object.keys(group).length > 0 ? { group_properties: group } : {}),
    ...(groups.length > 0
      ? { groups: Object.fromEntries(groups.map(([type, key]) => [type, key.trim()])) }
      : {}),
    ...(request.deviceId.trim() ? { device_id: request.deviceId.trim() } : {}),
  };
}
