// People for the parity proof: ordinary ones, and ids and values that languages might read differently.
import type { Rng } from '../../server/src/kernel/rng.ts';
import { chance, pick, sample } from './random.ts';

export type Value = string | number | boolean | null | readonly (string | number)[] | object;
export type Properties = Readonly<Record<string, Value>>;

export type Somebody = {
  readonly distinctId: string;
  readonly personProperties: Properties;
  readonly groups: Readonly<Record<string, string>>;
  readonly groupProperties: Readonly<Record<string, Properties>>;
  readonly deviceId: string | undefined;
  /** Cohorts that list the person; only the server knows. */
  readonly staticCohortIds: readonly number[];
};

/** What properties of people can be; every filter of the generator is about one of these keys. */
export const PERSON_VALUES: Readonly<Record<string, readonly Value[]>> = {
  plan: ['pro', 'Pro', 'free', 'growth', 'enterprise plus', 'a+b(c)'],
  email: ['ada@acme.com', 'BOB@ACME.COM', 'cid@other.org', 'zoë@acme.com', 'no address'],
  age: [9, 17, 18, 42.5, 120, '18', '9', '17.5', 'eighteen'],
  app_version: ['1.2.3', '1.2.3-beta.1', 'v2.0', '1.10.0', '0.9', 'latest'],
  since: ['2026-01-01', '2025-06-30T23:59:59Z', '2026-11-20T10:00:00+02:00', 1_767_225_600, 'soon'],
  is_staff: [true, false, 'true', 'False', 'yes', 1],
  city: ['Bern', 'BERN', 'São Paulo', 'são paulo', 'Zürich', ''],
  nick: [null, '', 'x', 'line\nbreak', 'true'],
  tags: [['a', 'b'], [], [1.5], { kind: 'x' }, 'a'],
};

export const GROUP_VALUES: Readonly<Record<string, readonly Value[]>> = {
  tier: ['gold', 'Gold', 'silver', 'none'],
  seats: [5, 50, 500, '50'],
  country: ['CH', 'ch', 'DE'],
};

/** Group types by their index. */
export const GROUP_TYPES = ['company', 'workspace'] as const;

const RARE_IDS = [
  'UPPER-case',
  'upper-CASE',
  'a.b|c$(d)',
  'zoë@acme.com',
  '12345',
  'with space ',
  'new\nline',
  '😀',
  `long-${'x'.repeat(250)}`,
];

/** Ids of everyone, for whoever must name people before they are made. */
export function peopleIds(count: number): string[] {
  const plain = Array.from({ length: Math.max(0, count - RARE_IDS.length) }, (_, i) => `user-${i}`);
  return [...RARE_IDS, ...plain].slice(0, count);
}

export function generatePeople(
  rng: Rng,
  count: number,
  enrollmentKeys: readonly string[],
  staticCohortsOf: (distinctId: string) => readonly number[],
): Somebody[] {
  return peopleIds(count).map((distinctId) => {
    const groups = Object.fromEntries(
      GROUP_TYPES.filter(() => chance(rng, 0.6)).map((type, i) => [
        type,
        pick(rng, [`acme-${i}`, 'initech', '42', 'Zürich AG']),
      ]),
    );
    const deviceId = chance(rng, 0.6) ? `device-${Math.floor(rng() * 1000)}` : undefined;
    return {
      distinctId,
      personProperties: {
        ...someOf(rng, PERSON_VALUES, 0.8),
        ...Object.fromEntries(
          sample(rng, enrollmentKeys, 3).map((key) => [key, pick(rng, [true, false, 'true'])]),
        ),
        ...(deviceId === undefined ? {} : { $device_id: deviceId }),
      },
      groups,
      groupProperties: Object.fromEntries(
        Object.keys(groups).map((type) => [type, someOf(rng, GROUP_VALUES, 0.8)]),
      ),
      deviceId,
      staticCohortIds: staticCohortsOf(distinctId),
    };
  });
}

function someOf(
  rng: Rng,
  values: Readonly<Record<string, readonly Value[]>>,
  share: number,
): Properties {
  return Object.fromEntries(
    Object.entries(values)
      .filter(() => chance(rng, share))
      .map(([key, possible]) => [key, pick(rng, possible)]),
  );
}
