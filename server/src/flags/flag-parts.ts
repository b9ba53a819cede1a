// The parts of what a flag serves in an environment: what two environments differ in, what a change
// touches, and what two changes made meanwhile may have in common. Pure; the web app uses it too.
import { canonicalJson } from '#kernel/json';
import type { Filters, FlagDefinition, FlagKind } from './flag.ts';

/**
 * switch: on or off. targeting: who gets it. variants: the values and their weights. payloads: the JSON
 * that comes with them. settings: what all environments share and evaluation depends on.
 */
export const FLAG_PARTS = ['switch', 'targeting', 'variants', 'payloads', 'settings'] as const;
export type FlagPart = (typeof FLAG_PARTS)[number];

/** What all environments share and evaluation depends on, or (the kind) what switching it means. */
const SETTINGS = [
  'key',
  'kind',
  'evaluationRuntime',
  'evaluationContexts',
  'bucketingIdentifier',
  'ensureExperienceContinuity',
  'isRemoteConfiguration',
  'valueType',
  'valueSource',
  'killSwitchId',
] as const;

type Setting = Exclude<(typeof SETTINGS)[number], 'kind'>;

/** What a flag serves in one environment. */
export type ServedFlag = Pick<FlagDefinition, Setting | 'active' | 'filters'> & {
  readonly kind: FlagKind;
};

/** The parts in which two flags differ, in the order of {@link FLAG_PARTS}. */
export function differingParts(one: ServedFlag, other: ServedFlag): FlagPart[] {
  return FLAG_PARTS.filter((part) => partText(one, part) !== partText(other, part));
}

/** `filters` with the parts that `parts` names taken from `source`. */
export function withParts(filters: Filters, source: Filters, parts: readonly FlagPart[]): Filters {
  const from = (part: FlagPart): Filters => (parts.includes(part) ? source : filters);
  const { multivariate: _variants, payloads: _payloads, ...targeting } = from('targeting');
  const { multivariate } = from('variants');
  const { payloads } = from('payloads');
  return {
    ...targeting,
    ...(multivariate === undefined ? {} : { multivariate }),
    ...(payloads === undefined ? {} : { payloads }),
  };
}

/** True when the filters give the flag to nobody, switched on or not. */
export function isForNobody(filters: Filters): boolean {
  const { groups, multivariate: _variants, payloads: _payloads, ...rest } = filters;
  const isClosed = groups.every((group) => group.rollout_percentage === 0);
  return isClosed && Object.values(rest).every((value) => !value);
}

function partText(flag: ServedFlag, part: FlagPart): string {
  const { active, filters } = flag;
  const { multivariate, payloads, ...targeting } = filters;
  switch (part) {
    case 'switch':
      return String(active);
    case 'targeting':
      return canonicalJson(withoutNulls(targeting));
    case 'variants':
      return canonicalJson(multivariate?.variants ?? []);
    case 'payloads':
      return canonicalJson(payloads ?? {});
    case 'settings':
      return canonicalJson(SETTINGS.map((field) => flag[field]));
  }
}

/** A field that is null says the same as one that is absent. */
function withoutNulls(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
