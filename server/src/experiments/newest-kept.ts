// Which kept numbers may be told until newer ones are counted.
import type { ExperimentFields } from './experiment.ts';
import type { Kept } from './exposed.ts';

type Subject = Pick<ExperimentFields, 'parameters'> & { readonly endDate: Date | null };

/** Since when numbers mean what they mean now: the end, or the last change of shares; 0 for the launch. */
export function changedMsOf({ parameters, endDate }: Subject): number {
  const shares = parameters.allocation_epochs?.at(-1)?.from;
  return Math.max(endDate?.getTime() ?? 0, shares === undefined ? 0 : Date.parse(shares));
}

/** What was kept of the last moment of which everything was, as it is counted since `changedMs`. */
export function newestKept<K extends Kept>(
  kept: readonly K[],
  {
    hashes,
    changedMs,
  }: { readonly hashes: ReadonlyMap<string, string>; readonly changedMs: number },
): readonly K[] | undefined {
  const own = kept.filter(
    ({ metricUuid, settingsHash, asOf }) =>
      hashes.get(metricUuid) === settingsHash && asOf.getTime() >= changedMs,
  );
  const byMoment = Map.groupBy(own, ({ asOf }) => asOf.getTime());
  return [...byMoment.values()].findLast((one) => one.length === hashes.size);
}
