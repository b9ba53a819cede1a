// How many known people a flag would reach, before it is saved: every person (of many, a fair sample) is
// evaluated as a request of theirs without properties would be.
import { type Scan, extrapolate, scanPeople } from '#cohorts';
import type { ProjectCtx } from '#platform/ctx';
import { cohortsInFilters } from './cohort-references.ts';
import { type FlagDraft, setWith, unsavedFlag, withDraft } from './flag-draft.service.ts';
import type { FlagSet } from './flag-set.ts';
import { getFlag } from './flag-writes.service.ts';
import type { FlagDefinition } from './flag.ts';
import type { FlagSnapshots } from './snapshot.service.ts';
import type { FlagSnapshot } from './snapshot.ts';
import { type SetTally, type TalliedFlag, TargetingTally } from './targeting-tally.ts';

export type TargetingPreview = {
  /** People of the environment. */
  readonly people: number;
  readonly lookedAt: number;
  /** True when the counts are of a sample, put in proportion. */
  readonly isEstimate: boolean;
  readonly sets: readonly SetTally[];
  readonly values: readonly { readonly value: string; readonly people: number }[];
  /** Against the stored flag; null for a flag that is not created yet. */
  readonly changes: {
    readonly gained: number;
    readonly lost: number;
    readonly other: number;
  } | null;
};

/** Shares of these many are known to a third of a percentage point, in a fraction of a second. */
const SAMPLE = 20_000;
/** A key for a flag that has none yet: its place in the hash decides who, not how many. */
const NO_KEY = 'unnamed';

/**
 * Counts for a flag with a draft, or for one that is not created yet. The sets are counted as if it were on.
 * @throws not_found; invalid_input naming the field of the draft that could not be saved.
 */
export async function previewTargeting(
  ctx: ProjectCtx,
  snapshots: FlagSnapshots,
  idOrKey: string | undefined,
  draft: FlagDraft,
): Promise<TargetingPreview> {
  const record = idOrKey === undefined ? undefined : await getFlag(ctx, idOrKey);
  await snapshots.settled();
  const snapshot = snapshots.get(ctx.environment.id);
  const { key } = draft;
  const base = record ?? unsavedFlag(NO_KEY);
  const definition = await withDraft(ctx, base, { ...draft, active: true }, snapshot);
  const flag = { set: setWith(snapshot, definition), key: key ?? base.key };
  const isOn = draft.active ?? record?.active ?? true;
  const before = record && isOn ? stored(snapshot, record) : undefined;
  const context = { nowMs: ctx.clock.now(), groupTypes: snapshot.groupTypes };
  const tally = new TargetingTally(flag, before, context);
  const needs = [flag, ...(before ? [before] : [])].map(({ set, key: name }) => needsOf(set, name));
  const scan = await scanPeople(
    ctx,
    ctx.environment.id,
    {
      personKeys: new Set(needs.flatMap(({ personKeys }) => personKeys)),
      staticIds: new Set(needs.flatMap(({ staticIds }) => staticIds)),
      withDistinctId: true,
      maxRows: SAMPLE,
    },
    (person) => tally.add(person),
  );
  return toPreview(tally, scan, record !== undefined);
}

function stored({ set }: FlagSnapshot, { key }: FlagDefinition): TalliedFlag {
  return { set, key };
}

/** What must be read of people to evaluate the flag and those that it depends on. */
function needsOf(set: FlagSet, key: string): { personKeys: string[]; staticIds: number[] } {
  const chain = (set.chains.get(key) ?? [key]).flatMap((name) => set.byKey.get(name) ?? []);
  const cohorts = chain
    .flatMap(({ definition }) => cohortsInFilters(definition.filters))
    .flatMap((id) => set.cohorts.compiled.get(id) ?? []);
  const byDevice = chain.some(({ definition }) => definition.bucketingIdentifier === 'device_id');
  return {
    personKeys: [
      ...chain.flatMap(({ personKeys }) => [...personKeys]),
      ...(byDevice ? ['$device_id'] : []),
    ],
    staticIds: cohorts.flatMap(({ staticIds }) => [...staticIds]),
  };
}

function toPreview(tally: TargetingTally, scan: Scan, isStored: boolean): TargetingPreview {
  const { sets, values, changes } = tally.result();
  const scaled = (count: number) => extrapolate(count, scan);
  return {
    people: scan.total,
    lookedAt: scan.scanned,
    isEstimate: !scan.isComplete,
    sets: sets.map(({ matching, taken, asksForGroups }) => ({
      matching: matching === null ? null : scaled(matching),
      taken: taken === null ? null : scaled(taken),
      asksForGroups,
    })),
    values: [...values].map(([value, people]) => ({ value, people: scaled(people) })),
    changes: isStored
      ? {
          gained: scaled(changes.gained),
          lost: scaled(changes.lost),
          other: scaled(changes.other),
        }
      : null,
  };
}
