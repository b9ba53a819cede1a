// Flags for the parity proof: all that targeting can be made of, in every combination that chance finds.
import type { Group, Property, Variant } from '../../server/src/flags/flag.ts';
import type { Rng } from '../../server/src/kernel/rng.ts';
import { generateCondition } from './generate-conditions.ts';
import { GROUP_TYPES, peopleIds } from './generate-people.ts';
import { chance, pick, sample, times } from './random.ts';

/** A flag as the management API takes it, and what is set beside it. */
export type GeneratedFlag = {
  readonly fields: { readonly key: string } & Readonly<Record<string, unknown>>;
  readonly overrides: readonly {
    readonly distinctId: string;
    readonly value: boolean | string;
  }[];
};

/** What flags may refer to. */
export type World = {
  readonly holdoutIds: readonly number[];
  /** Dynamic and static cohorts of the project. */
  readonly cohortIds: readonly number[];
};

const SHARES = [0, 10.5, 33.33, 50, 66.67, 99.9, 100, null] as const;
const KILL_SWITCHES = 6;

type Earlier = { readonly key: string; readonly variants: readonly string[] };

export function generateFlags(
  rng: Rng,
  count: number,
  people: number,
  world: World,
): GeneratedFlag[] {
  const earlier: Earlier[] = [];
  const killSwitches: string[] = [];
  return times(count, (index) => {
    const isKillSwitch = index < KILL_SWITCHES;
    const flag = generateFlag(rng, { index, earlier, people, world, killSwitches, isKillSwitch });
    const multivariate = flag.filters.multivariate?.variants ?? [];
    earlier.push({ key: flag.fields.key, variants: multivariate.map(({ key }) => key) });
    if (isKillSwitch) killSwitches.push(flag.fields.key);
    return { fields: { ...flag.fields, filters: flag.filters }, overrides: flag.overrides };
  });
}

type Making = {
  readonly index: number;
  readonly earlier: readonly Earlier[];
  readonly people: number;
  readonly world: World;
  readonly killSwitches: readonly string[];
  readonly isKillSwitch: boolean;
};

function generateFlag(rng: Rng, making: Making) {
  const { index, killSwitches, isKillSwitch } = making;
  const variants = chance(rng, 0.35) && !isKillSwitch ? generateVariants(rng) : [];
  const flagType = chance(rng, 0.1) ? Math.floor(rng() * GROUP_TYPES.length) : null;
  const groups = times(pick(rng, [0, 1, 1, 1, 2, 2, 3]), () =>
    generateGroup(rng, variants, flagType, making),
  );
  const values = variants.length === 0 ? [true, false] : [...variants.map(({ key }) => key), false];
  return {
    fields: {
      key: `parity-${index}`,
      kind: isKillSwitch ? 'kill_switch' : 'release',
      active: !chance(rng, 0.06),
      ...maybe(rng, 0.08, { bucketing_identifier: 'device_id' }),
      ...maybe(rng, 0.03, { ensure_experience_continuity: true }),
      ...maybe(rng, 0.05, { evaluation_runtime: pick(rng, ['server', 'client']) }),
      ...(killSwitches.length > 0 && chance(rng, 0.12) && { kill_switch: pick(rng, killSwitches) }),
    },
    filters: {
      groups,
      ...(variants.length > 0 && { multivariate: { variants } }),
      ...(chance(rng, 0.4) && { payloads: payloadsOf(variants) }),
      ...(flagType !== null && { aggregation_group_type_index: flagType }),
      ...maybe(rng, 0.15, { early_exit: true }),
      ...maybe(rng, 0.05, { feature_enrollment: true }),
      ...(chance(rng, 0.05) && { holdout: { id: pick(rng, making.world.holdoutIds) } }),
    },
    overrides: chance(rng, 0.2)
      ? sample(rng, peopleIds(making.people), 4)
          .filter((id) => id.length <= 200)
          .map((distinctId) => ({ distinctId, value: pick<boolean | string>(rng, values) }))
      : [],
  };
}

function generateGroup(
  rng: Rng,
  variants: readonly Variant[],
  flagType: number | null,
  { earlier, world }: Making,
): Group {
  const ownType =
    flagType === null && chance(rng, 0.1) ? Math.floor(rng() * GROUP_TYPES.length) : undefined;
  const groupType = ownType ?? flagType;
  const properties: Property[] = times(pick(rng, [0, 0, 1, 1, 2, 3]), () =>
    generateCondition(rng, groupType),
  );
  if (earlier.length > 0 && chance(rng, 0.08)) properties.push(dependency(rng, earlier));
  if (groupType === null && chance(rng, 0.12)) {
    const value = pick(rng, world.cohortIds);
    properties.push({ key: 'id', type: 'cohort', operator: pick(rng, ['in', 'not_in']), value });
  }
  return {
    properties,
    rollout_percentage: pick(rng, SHARES),
    ...(ownType !== undefined && { aggregation_group_type_index: ownType }),
    ...(variants.length > 0 && chance(rng, 0.3) && { variant: pick(rng, variants).key }),
  };
}

function dependency(rng: Rng, earlier: readonly Earlier[]): Property {
  const { key, variants } = pick(rng, earlier);
  const value = pick<boolean | string>(rng, [true, false, ...variants]);
  return { key, type: 'flag', operator: 'flag_evaluates_to', value };
}

function generateVariants(rng: Rng): Variant[] {
  const weights = pick(rng, [
    [50, 50],
    [33.33, 33.33, 33.34],
    [10, 20, 30, 40],
    [1.01, 10.02, 88.97],
    [100, 0],
  ]);
  return weights.map((weight, i) => ({ key: `v${i}`, rollout_percentage: weight }));
}

function payloadsOf(variants: readonly Variant[]): Record<string, string> {
  if (variants.length === 0) return { true: '{"on":true}' };
  return Object.fromEntries(variants.slice(1).map(({ key }) => [key, JSON.stringify({ key })]));
}

function maybe<T extends object>(rng: Rng, probability: number, fields: T): Partial<T> {
  return chance(rng, probability) ? fields : {};
}
