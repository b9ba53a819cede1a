// Checks of who comes: whether anybody does, in every variant, in one variant each, by chance.
import type { Filters as FlagFilters } from '#flags/flag';
import type { Change } from './changes.ts';
import {
  type Check,
  MULTIPLE_FAIL_SHARE,
  TOO_EARLY,
  check,
  counted,
  quoted,
  shareText,
} from './check.ts';
import { type ExperimentFields, launchProblem, sharesOf } from './experiment.ts';
import type { Lateness, Silence } from './exposed.ts';
import { type Units, capital } from '#kernel/units';

export type Coming = Pick<ExperimentFields, 'parameters' | 'exposureCriteria'> & {
  readonly flagKey: string;
  readonly flagFilters: FlagFilters;
  readonly isFlagActive: boolean;
  readonly hasEnded: boolean;
  /** Since the launch. */
  readonly days: number;
  readonly people: Readonly<Record<string, number>>;
  /** Those who came by the shares of now. */
  readonly lately: Readonly<Record<string, number>>;
  readonly multiple: number;
  readonly silence: Silence | null;
  readonly changes: readonly Change[];
  readonly lateness: Lateness | undefined;
  readonly units: Units;
};

/** A variant that nobody has while another has so many is not given, or not reported. */
const SOME = 50;
/** 0.1 %: with uneven shares, who is left out is left out unevenly. */
const UNEVEN_MULTIPLE = 0.001;
/** 1 %: beyond it what came an hour late is more than noise. */
const MAX_LATE = 0.01;

export function exposureChecks(coming: Coming): Check[] {
  return [
    nobody(coming),
    arms(coming),
    severalVariants(coming),
    flag(coming),
    changed(coming),
    ...late(coming),
  ];
}

function nobody({ people, days, silence, isFlagActive, hasEnded, units }: Coming): Check {
  const total = Object.values(people).reduce((sum, count) => sum + count, 0);
  const rule =
    'Somebody within a day of the launch, and within 24 hours where 7 or more new ones a day came.';
  if (total === 0) {
    const found =
      days >= 1
        ? [`Nobody has been reported since the launch, for ${counted(Math.floor(days))} days.`]
        : [];
    return check('nobody', rule, found, { ok: TOO_EARLY, state: 'harm' });
  }
  // Weekends and audiences that are used up are quiet, too.
  const found =
    silence && isFlagActive && !hasEnded
      ? [
          `Nobody has been reported for a day; about ${counted(silence.perDay)} new ${units.many} a day had come before. Check that code still asks for the flag.`,
        ]
      : [];
  return check('nobody', rule, found, { ok: `${capital(units.many)} have come.` });
}

function arms({ parameters, lately }: Coming): Check {
  const shares = sharesOf(parameters.feature_flag_variants);
  const most = Math.max(0, ...Object.keys(shares).map((key) => lately[key] ?? 0));
  const empty = Object.keys(shares).filter(
    (key) => (shares[key] ?? 0) > 0 && (lately[key] ?? 0) === 0,
  );
  const found =
    most >= SOME && empty.length > 0
      ? [`Nobody has come to ${quoted(empty)}, while ${counted(most)} came to another variant.`]
      : [];
  const rule = `Every variant with a share has somebody by when another one has ${SOME}, since shares were last changed.`;
  const ok = empty.length > 0 ? TOO_EARLY : 'Every variant has somebody.';
  return check('arms', rule, found, { ok, state: 'harm' });
}

function severalVariants({ parameters, exposureCriteria, people, multiple, units }: Coming): Check {
  const shares = parameters.feature_flag_variants
    .map((one) => one.rollout_percentage)
    .filter((share) => share > 0);
  const isUneven = Math.max(...shares) - Math.min(...shares) > 1.5;
  const isExcluded = exposureCriteria.multiple_variant_handling === 'exclude';
  const seen = Object.values(people).reduce((sum, count) => sum + count, multiple);
  const share = seen === 0 ? 0 : multiple / seen;
  const isMuch = share >= MULTIPLE_FAIL_SHARE;
  const isBiased = isUneven && isExcluded && share > UNEVEN_MULTIPLE;
  const bias = isBiased
    ? '; with uneven shares who is left out depends on the variant, and biases the result'
    : '';
  const found =
    isMuch || isBiased ? [`${shareText(share)} saw several variants and do not count${bias}.`] : [];
  const rule =
    'Fewer than 1 % see several variants; at most 0.1 % where shares are uneven and they are left out.';
  const ok = multiple === 0 ? `No ${units.one} saw several variants.` : 'Few saw several variants.';
  return check('several_variants', rule, found, { ok, state: isMuch ? 'harm' : 'watch' });
}

function flag(coming: Coming): Check {
  const rule =
    'While it runs the flag is on and gives several variants by chance; afterwards it gives one.';
  return check('flag', rule, flagFaults(coming), {
    ok: coming.hasEnded
      ? 'The flag gives no variants by chance any more.'
      : 'The flag tells apart by chance.',
  });
}

function flagFaults({ flagKey, flagFilters, isFlagActive, hasEnded }: Coming): string[] {
  const problem = launchProblem({ filters: flagFilters });
  if (hasEnded) {
    return isFlagActive && problem === undefined
      ? [`The flag “${flagKey}” still gives several variants, although nobody counts them.`]
      : [];
  }
  if (!isFlagActive) return ['The flag is off: nobody gets a variant.'];
  if (problem !== undefined) return [problem];
  const isPinned = flagFilters.groups.some(
    (group) => typeof group.variant === 'string' && group.rollout_percentage !== 0,
  );
  return isPinned
    ? ['A condition set of the flag gives one fixed variant: who meets it is not there by chance.']
    : [];
}

const CHANGES: Readonly<Record<Change['kind'], string>> = {
  shares: 'shares of variants',
  conditions: 'conditions of the flag',
  metrics: 'metrics',
  method: 'statistics',
  paused: 'paused',
  resumed: 'resumed',
};

function changed({ changes }: Coming): Check {
  const kinds = Object.entries(CHANGES).flatMap(([kind, words]) => {
    const often = changes.filter((one) => one.kind === kind).length;
    return often === 0 ? [] : [`${words}${often === 1 ? '' : ` (${often} times)`}`];
  });
  const found =
    kinds.length === 0 ? [] : [`Changed while it ran: ${kinds.join(', ')}. Charts mark when.`];
  const rule = 'What is changed while it ran is told from the audit log.';
  return check('changes', rule, found, { ok: 'Nothing was changed while it ran.' });
}

function late({ lateness, hasEnded }: Coming): Check[] {
  // A day after the end whatever still arrives of it is late.
  if (hasEnded || !lateness || lateness.events === 0) return [];
  const share = lateness.late / lateness.events;
  const found =
    share > MAX_LATE
      ? [
          `${shareText(share)} of the events of the last day came more than an hour late: numbers of the last days will still change.`,
        ]
      : [];
  const rule = 'At most 1 % of the events of the last day come more than an hour late.';
  return [check('late_events', rule, found, { ok: 'Events come in time.' })];
}
