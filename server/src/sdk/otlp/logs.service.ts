// What is kept of log records: uses of flags, once per person, flag, value and day, and errors of servers. The rest is
// counted.
import type { FlagSnapshots } from '#flags';
import type { Ingest } from '#ingest';
import type { Clock } from '#kernel/clock';
import type { EnvironmentRef } from '#platform/ctx';
import { flagSetIdOf } from '#sdk/evaluation/flag-set-id';
import {
  type Kept,
  type MadeEvent,
  type Sender,
  keepEvents,
  sayWhy,
} from './keep-events.service.ts';
import {
  type FlagUse,
  type NoUse,
  isNamedEvaluation,
  readFlagUse,
} from './wire/evaluation-record.ts';
import type { LogRecord } from './wire/otlp-logs.ts';
import type { Unread } from './wire/request-bounds.ts';
import { readServerError } from './wire/server-error.ts';

/** A day: exporters send within minutes; times further off are a clock that is wrong. */
const MAX_AGE_MS = 86_400_000;

type Deps = {
  readonly snapshots: FlagSnapshots;
  readonly ingest: Pick<Ingest, 'accept' | 'keepEvaluations'>;
  readonly clock: Clock;
};

type Reason = NoUse | Unread;

const WHY: Readonly<Record<Reason, string>> = {
  'other-record': 'neither feature_flag.evaluation nor errors, and nothing else is kept here',
  'other-flag': 'of flags that this environment does not have',
  nobody: 'without feature_flag.context.id',
  'no-value': 'of evaluations without a value of the flag',
  'too-large': 'too large, or of a resource that is',
  'too-many': 'above what one request may bring',
};

/**
 * Keeps what can be kept; resolves when it is on disk.
 * @throws unavailable when it cannot be kept right now; the same may be sent again
 */
export async function keepLogs(
  deps: Deps,
  environment: EnvironmentRef,
  records: readonly (LogRecord | Unread)[],
  sender: Sender,
): Promise<Kept> {
  const { byKey } = deps.snapshots.get(environment.id);
  const setId = flagSetIdOf(environment);
  const uses: FlagUse[] = [];
  const errors: MadeEvent[] = [];
  const reasons: Reason[] = [];
  for (const record of records) {
    if (typeof record === 'string') {
      reasons.push(record);
      continue;
    }
    const error = isNamedEvaluation(record) ? undefined : readServerError(record);
    if (error) {
      errors.push({ event: error, from: record });
      continue;
    }
    const use = readFlagUse(record, setId, (flag) => byKey.has(flag));
    if (typeof use === 'string') reasons.push(use);
    else uses.push(use);
  }
  await keepUses(deps, environment.id, uses);
  const tooLarge = await keepEvents(deps, sender, errors);
  for (let i = 0; i < tooLarge; i += 1) reasons.push('too-large');
  const kept = records.length - reasons.length;
  return { kept, rejected: reasons.length, message: sayWhy(reasons, WHY) };
}

async function keepUses(
  { ingest, clock }: Deps,
  environmentId: number,
  uses: readonly FlagUse[],
): Promise<void> {
  const nowMs = clock.now();
  await ingest.keepEvaluations(
    environmentId,
    uses.map(({ flag: key, distinctId, enabled, variant, atMs }) => ({
      distinctId,
      evaluatedAtMs: timeOf(atMs, nowMs),
      evaluations: [{ key, enabled, variant }],
    })),
  );
}

function timeOf(atMs: number | undefined, nowMs: number): number {
  return atMs !== undefined && atMs <= nowMs && nowMs - atMs < MAX_AGE_MS ? atMs : nowMs;
}
