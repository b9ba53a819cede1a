// One look at a running experiment by itself: harm takes everyone back to control, news is told.
import { forEveryone, getFlag, lockFlagsOf, variantProblem, writeFlagFilters } from '#flags';
import type { Asking } from '#insights';
import { type ProjectCtx, inTransaction } from '#platform/ctx';
import { CONTROL, statusOf } from './experiment.ts';
import { getLocked, save } from './experiments.service.ts';
import type { Experiment } from './experiments.store.ts';
import { fieldsOf } from './life.service.ts';
import {
  FAULTS_NOW,
  type Measured,
  decisiveGoals,
  lookAt,
  measuredBy,
  questionHashOf,
  unitsOf,
} from './look.service.ts';
import { newsOf, toldAfter } from './news.ts';
import { isSampleComplete } from './recommendation.ts';
import { type Results, resultsOf } from './results.ts';
import type { Snapshot } from './snapshots.store.ts';
import { tell } from './tell.service.ts';
import {
  type Answer,
  type Summary,
  type Watch,
  findWatch,
  noteLook,
  saveWatch,
} from './watch.store.ts';

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
  // What failed as a whole is tried again with the next guardrails.
  if (!isDue(watch?.lookedAt, GUARD_MS)) return;
  const measured = await measuredBy(asking.ctx, experiment);
  const guarded = measured.filter(({ metric, isGoal }) => metric.guardrail && !isGoal);
  const isWhole = isDue(watch?.countedAt, COUNT_MS);
  if (!isWhole && guarded.length === 0) return;
  const kept = decisiveGoals(experiment, measured, watch);
  const at = (looked: readonly Measured[]) =>
    // The first look at the complete sample of a fixed horizon is the one that decides.
    look(asking, experiment, looked, { nowMs, decisive: kept ?? undefined });
  const whole = isWhole
    ? await at(measured).catch((err: unknown) => {
        if (guarded.length === 0 || asking.signal.aborted) throw err;
        const { log } = asking.ctx;
        log.warn({ err, experiment: experiment.id }, 'only guardrails could be looked at');
      })
    : undefined;
  const results = whole ?? (await at(guarded));
  if (results.recommendation.status === 'stop') {
    await stop(asking, experiment, results);
  } else if (whole) {
    const answer = kept === null ? answerIn(experiment, measured, whole) : watch?.answer;
    await note(asking, experiment, whole, answer ?? null);
  } else {
    await noteLook(asking.ctx.db, experiment.id, new Date(nowMs));
  }
}

async function look(
  asking: Asking,
  experiment: Experiment,
  measured: readonly Measured[],
  { nowMs, decisive }: { nowMs: number; decisive: Answer['goals'] | undefined },
): Promise<Results> {
  const latest = await lookAt(experiment, measured, nowMs, asking, FAULTS_NOW);
  return resultsIn(latest, { asking, experiment, measured, decisive });
}

type Seeing = {
  readonly asking: Asking;
  readonly experiment: Experiment;
  readonly measured: readonly Measured[];
  readonly decisive?: Answer['goals'] | undefined;
};

/** What a look shows by itself, without the days before it. */
const resultsIn = async (
  latest: readonly Snapshot[],
  { asking, experiment, measured, decisive }: Seeing,
): Promise<Results> =>
  resultsOf({
    experiment,
    measured,
    latest,
    freshness: 'current',
    isFinal: false,
    settledAtMs: undefined,
    decisive,
    daily: [],
    hashes: new Map(),
    timeZone: asking.settings.timezone,
    units: await unitsOf(asking.ctx, experiment),
    changes: [],
  });

/** Lists show the last numbers of a stopped experiment, too; what it was stopped for stays. */
export async function noteFinal(
  asking: Asking,
  experiment: Experiment,
  measured: readonly Measured[],
  final: readonly Snapshot[],
): Promise<void> {
  const { db } = asking.ctx;
  const results = await resultsIn(final, { asking, experiment, measured });
  const watch = await findWatch(db, experiment.id);
  const { harmful, status, headline } = watch?.summary ?? {};
  await saveWatch(db, experiment.id, {
    lookedAt: results.asOf,
    countedAt: results.asOf,
    summary: {
      ...summaryOf(results),
      ...(harmful && status && headline ? { harmful, status, headline } : {}),
    },
    told: watch?.told ?? [],
    answer: watch?.answer ?? null,
  });
}

/** Flag, experiment, history and notification in one. */
async function stop({ ctx }: Asking, seen: Experiment, results: Results): Promise<void> {
  const { guardrails, reasons } = results.recommendation;
  const harmful = new Set(
    guardrails.filter(({ state }) => state === 'breached').map(({ variant }) => variant),
  );
  const names = [...harmful].map((key) => `“${key}”`).join(' and ');
  const why = `Stopped by itself: ${names} does harm. ${reasons.join(' ')}`;
  await inTransaction(ctx, async (tx) => {
    const before = await getLocked(tx, seen.id);
    if (before.version !== seen.version || statusOf(before) !== 'running') return;
    const reason = `${why} ${await takeBack(tx, before, why)}`;
    const wanted = {
      ...fieldsOf(before),
      endDate: new Date(tx.clock.now()),
      conclusion: 'stopped_early',
      conclusionComment: reason,
    } as const;
    const after = await save(tx, before, wanted, 'stopped_by_guardrail', reason);
    await tell(tx, after, { kind: 'stopped', reason });
    const watch = await findWatch(tx.db, seen.id);
    await saveWatch(tx.db, seen.id, {
      lookedAt: results.asOf,
      countedAt: results.asOf,
      summary: {
        ...(watch?.summary ?? summaryOf(results)),
        ...statusPart(results),
        people: peopleIn(results),
        harmful: [...harmful],
      },
      told: [...(watch?.told ?? []), 'stopped'],
      answer: watch?.answer ?? null,
    });
  });
}

/** Nobody gets the harmful variant any more. @returns what everyone gets instead, in words */
async function takeBack(
  tx: ProjectCtx,
  { flagId, environmentId, projectId }: Experiment,
  reason: string,
): Promise<string> {
  // Held first: what is read is what is changed.
  await lockFlagsOf(tx.db, projectId);
  const { filters } = await getFlag(tx, String(flagId));
  const hasControl = variantProblem(filters, CONTROL) === undefined;
  await writeFlagFilters(tx, {
    flagId,
    environmentId,
    ...(hasControl ? { filters: forEveryone(filters, CONTROL) } : { filters, active: false }),
    action: 'rolled_back',
    reason,
    // Whoever launched it has said by its guardrails when it ends.
    clearance: { kind: 'rollout' },
  });
  return hasControl
    ? 'Everyone gets control.'
    : `The flag has no variant “${CONTROL}” any more: it is switched off.`;
}

/** What is kept as the answer of a fixed horizon; undefined as long as it may not decide. */
function answerIn(
  experiment: Experiment,
  measured: readonly Measured[],
  { total, goals, recommendation }: Results,
): Answer | undefined {
  const { parameters, statsConfig: config } = experiment;
  const people = Object.fromEntries(
    parameters.feature_flag_variants.map(({ key }) => [key, total[key] ?? 0]),
  );
  const sampleSize = parameters.recommended_sample_size;
  if (!isSampleComplete({ people, sampleSize, goals, config })) return undefined;
  if (NO_ANSWER.includes(recommendation.status)) return undefined;
  const plain = goals.map(({ metric, baseline, variants, unadjusted }) => ({
    metric,
    baseline,
    variants,
    unadjusted,
  }));
  return { hash: questionHashOf(experiment, measured), goals: plain };
}
const NO_ANSWER: readonly Summary['status'][] = ['stop', 'unhealthy', 'collecting'];

async function note(
  { ctx }: Asking,
  seen: Experiment,
  results: Results,
  answer: Answer | null,
): Promise<void> {
  const { recommendation, asOf, silence } = results;
  const { recommended_running_time: plannedDays } = seen.parameters;
  const days = (asOf.getTime() - (seen.startDate?.getTime() ?? asOf.getTime())) / DAY_MS;
  await inTransaction(ctx, async (tx) => {
    const now = await getLocked(tx, seen.id);
    if (now.version !== seen.version) return;
    // Read while it is held: nothing is told twice, whoever else looks.
    const told = (await findWatch(tx.db, seen.id))?.told ?? [];
    const news = newsOf(
      { recommendation, people: peopleIn(results), days, plannedDays, silence },
      told,
    );
    for (const one of news) await tell(tx, now, one.news);
    await saveWatch(tx.db, seen.id, {
      lookedAt: asOf,
      countedAt: asOf,
      summary: summaryOf(results),
      told: toldAfter(told, news),
      answer,
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
    goal: results.goals[0]?.metric.goal ?? null,
    lift: comparison?.lift ?? null,
    interval: comparison && [comparison.liftInterval.low, comparison.liftInterval.high],
    isSignificant: comparison?.isSignificant ?? false,
  };
}
