// Uses of flags out of log records: kept once per person, flag, value and day, and counted what was not kept.
import type { FlagSnapshots } from '#flags';
import type { Ingest } from '#ingest';
import type { Clock } from '#kernel/clock';
import type { EnvironmentRef } from '#platform/ctx';
import { flagSetIdOf } from '#sdk/evaluation/flag-set-id';
import { type FlagUse, type NoUse, readFlagUse } from './wire/evaluation-record.ts';
import type { LogRecord } from './wire/otlp-logs.ts';

/** A day: exporters send within minutes; times further off are a clock that is wrong. */
const MAX_AGE_MS = 86_400_000;

type Deps = {
  readonly snapshots: FlagSnapshots;
  readonly ingest: Pick<Ingest, 'keepEvaluations'>;
  readonly clock: Clock;
};

export type KeptUses = {
  readonly kept: number;
  readonly rejected: number;
  /** Why; empty when nothing was rejected. */
  readonly message: string;
};

const WHY: Readonly<Record<NoUse, string>> = {
  'other-record': 'no feature_flag.evaluation, and nothing else is kept here',
  'other-flag': 'of flags that this environment does not have',
  nobody: 'without feature_flag.context.id',
  'no-value': 'of evaluations without a value of the flag',
};

/**
 * Keeps what can be kept; resolves when it is on disk.
 * @throws unavailable when it cannot be kept right now; the same may be sent again
 */
export async function keepFlagUses(
  { snapshots, ingest, clock }: Deps,
  environment: EnvironmentRef,
  records: readonly LogRecord[],
): Promise<KeptUses> {
  const { byKey } = snapshots.get(environment.id);
  const uses: FlagUse[] = [];
  const reasons = new Map<NoUse, number>();
  for (const record of records) {
    const use = readFlagUse(record, flagSetIdOf(environment), (flag) => byKey.has(flag));
    if (typeof use !== 'string') uses.push(use);
    else reasons.set(use, (reasons.get(use) ?? 0) + 1);
  }
  const nowMs = clock.now();
  await ingest.keepEvaluations(
    environment.id,
    uses.map(({ flag: key, distinctId, enabled, variant, atMs }) => ({
      distinctId,
      evaluatedAtMs: timeOf(atMs, nowMs),
      evaluations: [{ key, enabled, variant }],
    })),
  );
  const message = [...reasons].map(([reason, count]) => `${count} ${WHY[reason]}`).join('; ');
  return { kept: uses.length, rejected: records.length - uses.length, message };
}

function timeOf(atMs: number | undefined, nowMs: number): number {
  return atMs !== undefined && atMs <= nowMs && nowMs - atMs < MAX_AGE_MS ? atMs : nowMs;
}
