// One look at a running experiment by itself: harm takes everyone back to control, news is told.
import { forEveryone, getFlag, writeFlagFilters } from '#flags';
import type { Asking } from '#insights';
import { inTransaction } from '#platform/ctx';
import { CONTROL, statusOf } from './experiment.ts';
import { getLocked, save } from './experiments.service.ts';
import type { Experiment } from './experiments.store.ts';
import { fieldsOf } from './life.service.ts';
import { FAULTS_NOW, type Measured, lookAt, measuredBy } from './look.service.ts';
import { newsOf } from './news.ts';
import { type Results, resultsOf } from './results.ts';
import { tell } from './tell.service.ts';
import { type Summary, type Watch, noteLook, saveWatch } from './watch.store.ts';

/** 1 min: guardrails. */
const GUARD_MS = 60_000;
/** 10 min: everything. */
const COUNT_MS = 600_000;
const DAY_MS = 86_400_000;

/**
 * Looks where it is time to. Whoever changes the experiment meanwhile is right: then the look is forgotten.
 * @throws what the event store does when it does not answer
 */
export async function watchOne(
  asking: Asking,
  experiment: Experiment,
  watch: Watch | undefined,
  timeScale: number,
): Promise<void> {
  const nowMs = asking.ctx.clock.now();
  const isDue = (at: Date | undefined, everyMs: number) =>
    at === undefined || nowMs - at.getTime() >= everyMs / timeScale;
  const measured = await measuredBy(asking.ctx, experiment);
  const guarded = measured.filter(({ metric, isGoal }) => metric.guardrail && !isGoal);
  const isWhole = isDue(watch?.countedAt, COUNT_MS);
  if (!isWhole && (guarded.length === 0 || !isDue(watch?.lookedAt, GUARD_MS))) return;
  const results = await look(asking, experiment, isWhole ? measured : guarded, nowMs);
  const { recommendation } = results;
  if (recommendation.status === 'stop') {
    await stop(asking, experiment, results, watch);
  } else if (isWhole) {
    await note(asking, experiment, results, watch);
  } else {
    await noteLook(asking.ctx.db, experiment.id, new Date(nowMs));
  }
}

async function look(
  asking: Asking,
  experiment: Experiment,
  measured: readonly Measured[],
  nowMs: number,
): Promise<Results> {
  const latest = await lookAt(experiment, measured, nowMs, asking, FAULTS_NOW);
  return resultsOf({
    experiment,
    measured,
    latest,
    isFinal: false,
    settledAtMs: undefined,
    daily: [],
    hashes: new Map(),
    timeZone: asking.settings.timezone,
  });
}

/** Flag, experiment, history and notification in one. */
async function stop(
  { ctx }: Asking,
  seen: Experiment,
  results: Results,
  watch: Watch | undefined,
): Promise<void> {
  const { guardrails, reasons } = results.recommendation;
  const harmful = new Set(
    guardrails.filter(({ state }) => state === 'breached').map(({ variant }) => variant),
  );
  const names = [...harmful].map((key) => `“${key}”`).join(' and ');
  const reason = `Stopped by itself: ${names} does harm. ${reasons.join(' ')}`;
  await inTransaction(ctx, async (tx) => {
    const before = await getLocked(tx, seen.id);
    if (before.version !== seen.version || statusOf(before) !== 'running') return;
    const { filters } = await getFlag(tx, String(before.flagId));
    await writeFlagFilters(tx, {
      flagId: before.flagId,
      environmentId: before.environmentId,
      filters: forEveryone(filters, CONTROL),
      action: 'rolled_back',
      reason,
      // Whoever launched it has said by its guardrails when it ends.
      clearance: { kind: 'rollout' },
    });
    const wanted = {
      ...fieldsOf(before),
      endDate: new Date(tx.clock.now()),
      conclusion: 'stopped_early',
      conclusionComment: reason,
    } as const;
    const after = await save(tx, before, wanted, 'stopped_by_guardrail', reason);
    await tell(tx, after, { kind: 'stopped', reason });
    await saveWatch(tx.db, seen.id, {
      lookedAt: results.asOf,
      countedAt: results.asOf,
      summary: { ...(watch?.summary ?? summaryOf(results)), ...statusPart(results) },
      told: [...(watch?.told ?? []), 'stopped'],
    });
  });
}

async function note(
  { ctx }: Asking,
  seen: Experiment,
  results: Results,
  watch: Watch | undefined,
): Promise<void> {
  const { recommendation, asOf } = results;
  const days = (asOf.getTime() - (seen.startDate?.getTime() ?? asOf.getTime())) / DAY_MS;
  const told = watch?.told ?? [];
  const news = newsOf({ recommendation, people: peopleIn(results), days }, told);
  await inTransaction(ctx, async (tx) => {
    const now = await getLocked(tx, seen.id);
    if (now.version !== seen.version) return;
    for (const one of news) await tell(tx, now, one.news);
    await saveWatch(tx.db, seen.id, {
      lookedAt: asOf,
      countedAt: asOf,
      summary: summaryOf(results),
      told: [...told, ...news.map(({ key }) => key)],
    });
  });
}

/** Those of several variants left out. */
function peopleIn({ total }: Results): number {
  return Object.entries(total)
    .filter(([key]) => !key.startsWith('$'))
    .reduce((sum, [, people]) => sum + people, 0);
}

const statusPart = ({ recommendation }: Results): Pick<Summary, 'status' | 'headline'> => ({
  status: recommendation.status,
  headline: recommendation.headline,
});

function summaryOf(results: Results): Summary {
  const { winner } = results.recommendation;
  const variants = results.goals[0]?.variants ?? [];
  const size = (one: (typeof variants)[number]) => Math.abs(one.comparison?.lift ?? 0);
  const [furthest] = variants.toSorted((a, b) => size(b) - size(a));
  const shown = variants.find(({ key }) => key === winner) ?? furthest;
  const comparison = shown?.comparison ?? null;
  return {
    ...statusPart(results),
    people: peopleIn(results),
    variant: shown?.key ?? null,
    lift: comparison?.lift ?? null,
    interval: comparison && [comparison.liftInterval.low, comparison.liftInterval.high],
    isSignificant: comparison?.isSignificant ?? false,
  };
}
