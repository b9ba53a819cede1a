// Reading the usage of flags, and the flags that code asks for though they do not exist.
import { recordAudit } from '#audit';
import { getFlag } from '#flags';
import { fail } from '#kernel/errors';
import { type ProjectCtx, inTransaction } from '#platform/ctx';
import { type UsageSeries, seriesOf, totalsBySdk } from './usage-series.ts';
import { type ReportPoint, readAnswers, readReports } from './usage.query.ts';
import { type UnknownFlag, deleteUnknown, listUnknown } from './usage.store.ts';

export type { UnknownFlag } from './usage.store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Up to this many days are told hour by hour, more day by day. */
const HOURLY_DAYS = 7;

export type FlagUsage = {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly steps: number;
  readonly lastCalledAt: Date | null;
  /** What Serin answered. */
  readonly answers: readonly UsageSeries[];
  readonly answersBySdk: readonly { readonly sdk: string; readonly count: number }[];
  /** What SDKs report of flags that code has asked them for. */
  readonly reports: readonly UsageSeries[];
  readonly reportsBySdk: readonly { readonly sdk: string; readonly count: number }[];
};

/**
 * How a flag was used in the environment of the ctx during the last days, the current hour or day included.
 * @throws not_found
 */
export async function getFlagUsage(
  ctx: ProjectCtx,
  idOrKey: string,
  days: number,
): Promise<FlagUsage> {
  const { key, lastCalledAt } = await getFlag(ctx, idOrKey);
  const stepMs = days <= HOURLY_DAYS ? HOUR_MS : DAY_MS;
  const steps = (days * DAY_MS) / stepMs;
  const toMs = (Math.floor(ctx.clock.now() / stepMs) + 1) * stepMs;
  const fromMs = toMs - steps * stepMs;
  const range = { environmentId: ctx.environment.id, flag: key, fromMs, toMs, stepMs };
  const [answers, reports] = await Promise.all([
    readAnswers(ctx.clickhouse, range),
    readReports(ctx.clickhouse, range),
  ]);
  return {
    fromMs,
    stepMs,
    steps,
    lastCalledAt: latestCall(lastCalledAt, reports, ctx.clock.now()),
    answers: seriesOf(answers, steps),
    answersBySdk: totalsBySdk(answers),
    reports: seriesOf(reports, steps),
    reportsBySdk: totalsBySdk(reports),
  };
}

/** Reports may be stored before the call that they tell of is written down; clocks of clients may be ahead. */
function latestCall(
  known: Date | null,
  reports: readonly ReportPoint[],
  nowMs: number,
): Date | null {
  const lastMs = reports.reduce(
    (last, report) => Math.max(last, report.lastMs),
    known?.getTime() ?? Number.NEGATIVE_INFINITY,
  );
  return Number.isFinite(lastMs) ? new Date(Math.min(lastMs, nowMs)) : null;
}

/** One page of the keys that code asks for in vain, the last ones first. */
export async function listUnknownFlags(
  ctx: ProjectCtx,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ count: number; flags: UnknownFlag[] }> {
  const { projectId, environment } = ctx;
  return listUnknown(ctx.db, { projectId, environmentId: environment.id }, page);
}

/** Forgets a key; it comes back when code asks for it again. @throws not_found */
export async function forgetUnknownFlag(ctx: ProjectCtx, key: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    if (!(await deleteUnknown(tx.db, tx.environment.id, key))) {
      fail('not_found', { attr: 'key', detail: 'No code has asked for such a flag.' });
    }
    await recordAudit(tx, {
      projectId: tx.projectId,
      environmentId: tx.environment.id,
      action: 'forgotten',
      resourceKind: 'unknown_flag',
      resourceId: key.slice(0, 100),
      resourceLabel: key,
    });
  });
}
