// Plans that come with Serin and cannot be edited: the ladders that teams use, with bake times by what is changed.
// Source of stages and bake times: docs/rollouts.md, “How long to bake”.

/** A stage as a plan on the wire writes it; the rest has defaults. */
export type StageInput = {
  readonly name: string;
  /** Of everyone, or of the people that `properties` name. */
  readonly percent?: number;
  readonly properties?: {
    readonly key: string;
    readonly type?: 'person' | 'cohort';
    readonly operator: 'exact' | 'icontains' | 'in';
    readonly value: string | number | string[];
  }[];
  readonly min_bake_seconds: number;
  readonly approval?: boolean;
  readonly cover_peak?: boolean;
};

/** What a release changes, by when its failures surface. */
export const CHANGE_KINDS = [
  'copy',
  'page',
  'backend',
  'checkout',
  'jobs',
  'schema',
  'ranking',
  'mobile',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Percentages up to which each column of a row of {@link BAKE_SECONDS} holds. */
const BAKE_PERCENTS = [1, 5, 25, 50, 100] as const;

/**
 * Shortest bakes at 1, 5, 25, 50 and 100 % in seconds. Jobs: two cycles of a daily job. What is written by a new
 * schema, and every bake at 100 %, is watched for a day at least.
 */
const BAKE_SECONDS: { readonly [kind in ChangeKind]: readonly number[] } = {
  copy: [15 * MINUTE, 30 * MINUTE, HOUR, 4 * HOUR, DAY],
  page: [30 * MINUTE, HOUR, 4 * HOUR, DAY, DAY],
  backend: [30 * MINUTE, 2 * HOUR, 6 * HOUR, DAY, 2 * DAY],
  checkout: [HOUR, 4 * HOUR, DAY, 7 * DAY, 7 * DAY],
  jobs: [2 * DAY, 2 * DAY, 2 * DAY, 2 * DAY, 2 * DAY],
  schema: [DAY, DAY, DAY, DAY, DAY],
  ranking: [HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY],
  mobile: [DAY, DAY, 2 * DAY, 3 * DAY, 7 * DAY],
};

/** The shortest bake in seconds of a stage for this percentage of everyone. */
export function bakeSecondsFor(change: ChangeKind, percent: number): number {
  const column = BAKE_PERCENTS.findIndex((limit) => percent <= limit);
  return BAKE_SECONDS[change].at(column) ?? DAY;
}

/** Who the first stages name. */
export type Someone = {
  /** Address of whoever asks; null for keys without a person. */
  readonly email: string | null;
  /** Cohort of people who have agreed to be first; null when the project has none. */
  readonly beta: { readonly id: number; readonly name: string } | null;
};

/** What a template would have, but for something that this project lacks. */
export type LeftOut = {
  readonly kind: 'stage' | 'guardrail';
  readonly name: string;
  readonly reason: string;
  /** How to get it. */
  readonly how: string;
};

type TemplateStages = {
  readonly stages: readonly StageInput[];
  readonly leftOut: readonly LeftOut[];
};

export type BuiltIn = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Its stages for these people and this kind of change. */
  stages(who: Someone, change: ChangeKind): TemplateStages;
};

/** Ten minutes: somebody tries it out by hand. */
const ME_SECONDS = 10 * MINUTE;

/** Whoever has an address there is no colleague of anybody. */
const PUBLIC_MAIL: ReadonlySet<string> = new Set([
  'gmail.com',
  'googlemail.com',
  'outlook.com',
  'hotmail.com',
  'live.com',
  'yahoo.com',
  'icloud.com',
  'me.com',
  'aol.com',
  'gmx.com',
  'gmx.de',
  'gmx.net',
  'web.de',
  'mail.ru',
  'yandex.ru',
  'qq.com',
  '163.com',
  'proton.me',
  'protonmail.com',
]);

/** The part of an address after the @; null where it names no organisation. */
export function ownDomain(email: string | null): string | null {
  const domain = email?.split('@').at(-1)?.trim().toLowerCase() ?? '';
  return domain.includes('.') && !PUBLIC_MAIL.has(domain) ? domain : null;
}

type Found = { readonly stage: StageInput } | { readonly leftOut: LeftOut };

const without = (name: string, reason: string, how: string): Found => ({
  leftOut: { kind: 'stage', name, reason, how },
});

function justMe({ email }: Someone): Found {
  const name = 'Just me';
  if (email === null) {
    return without(name, 'A key has no address.', 'Plan the rollout while you are signed in.');
  }
  const properties = [{ key: 'email', operator: 'exact' as const, value: [email] }];
  return { stage: { name, properties, min_bake_seconds: ME_SECONDS, approval: true } };
}

function team({ email }: Someone): Found {
  const name = 'Internal team';
  const domain = ownDomain(email);
  if (domain === null) {
    const reason = email === null ? 'A key has no address.' : `${email} names no organisation.`;
    return without(name, reason, 'Add a stage of named people with the addresses of your team.');
  }
  const properties = [{ key: 'email', operator: 'icontains' as const, value: `@${domain}` }];
  return { stage: { name, properties, min_bake_seconds: HOUR, approval: true } };
}

function betaPeople({ beta }: Someone): Found {
  const name = 'Beta users';
  if (beta === null) {
    return without(
      name,
      'No cohort is called “beta”.',
      'Make a cohort of people and organisations who have agreed to be first, with “beta” in its name.',
    );
  }
  const inBeta = { key: 'id', type: 'cohort' as const, operator: 'in' as const, value: beta.id };
  return { stage: { name, properties: [inBeta], min_bake_seconds: DAY } };
}

/** A stage of a share of everyone. From a quarter on it has to see one of the busy hours. */
function share(percent: number, seconds: number, name = `${percent} %`): StageInput {
  const isCompared = percent < 100;
  return {
    name,
    percent,
    min_bake_seconds: seconds,
    ...(isCompared && percent >= PEAK_FROM ? { cover_peak: true } : {}),
  };
}

const PEAK_FROM = 25;

const collect = (found: readonly (Found | StageInput)[]): TemplateStages => ({
  stages: found.flatMap((one) =>
    'leftOut' in one ? [] : ['stage' in one ? one.stage : (one as StageInput)],
  ),
  leftOut: found.flatMap((one) => ('leftOut' in one ? [one.leftOut] : [])),
});

/** Stages for people who can be named at once. */
export const namedStages = (who: Someone): readonly StageInput[] =>
  collect([justMe(who), team(who), betaPeople(who)]).stages;

const ladder = (percents: readonly number[]) => (_who: Someone, change: ChangeKind) =>
  collect(percents.map((percent) => share(percent, bakeSecondsFor(change, percent))));

/** In the order in which they are offered; the first one is the default. */
export const BUILT_INS: readonly BuiltIn[] = [
  {
    id: 'default',
    name: 'Default canary',
    description: 'Just me, the team, beta users, a tenth of everyone, then everyone.',
    stages: (who, change) =>
      collect([
        justMe(who),
        team(who),
        betaPeople(who),
        share(10, bakeSecondsFor(change, 10), 'Expanded beta'),
        share(100, bakeSecondsFor(change, 100), 'Everyone'),
      ]),
  },
  {
    id: 'usual',
    name: '1 → 5 → 25 → 50 → 100 %',
    description: 'The usual ladder: each step shows what the one before could not.',
    stages: ladder([1, 5, 25, 50, 100]),
  },
  {
    id: 'two-weeks',
    name: '5 % day 1, 25 % day 3, 50 % day 7, 100 % day 14',
    description: 'Two weeks, for what needs a whole week at half of everyone.',
    stages: (_who, change) =>
      collect(
        (
          [
            [5, 2],
            [25, 4],
            [50, 7],
          ] as const
        )
          .map(([percent, days]) => share(percent, days * DAY))
          .concat(share(100, bakeSecondsFor(change, 100))),
      ),
  },
  {
    id: 'quick',
    name: '10 → 25 → 50 → 100 %',
    description: 'Fewer steps, for changes that are easily taken back.',
    stages: ladder([10, 25, 50, 100]),
  },
  {
    id: 'groups',
    name: 'Several groups',
    description:
      'All of the team, all beta users and a quarter of the growth plan; nobody on the free plan.',
    stages: (who) =>
      collect([
        team(who),
        betaPeople(who),
        {
          name: '25 % of plan growth',
          percent: 25,
          properties: [{ key: 'plan', operator: 'exact', value: ['growth'] }],
          min_bake_seconds: DAY,
        },
      ]),
  },
];
