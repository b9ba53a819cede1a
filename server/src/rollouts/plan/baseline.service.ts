// What guardrails looked like before a rollout. Refuses plans that watch for what never happens (a misspelt name
// would pass every gate), and measures what holds from the start on.
import { fail } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import { countOutcomes, findDailyShare, findPercentile, findSumPercentile } from '#metrics';
import { countsPeople, type Guardrail, type Series } from '#metrics/guardrail';
import type { Ctx } from '#platform/ctx';
import { hasSource } from '#sources';
import type { Baseline, Baselines } from './guardrail-meaning.ts';
import type { PlanWire } from './plan.contract.ts';
import type { Plan } from './plan.ts';

const DAY_MS = 86_400_000;
/** A week holds every hour and every weekday once. */
export const RECENT_MS = 7 * DAY_MS;
/** Two weeks are enough for a percentile of what people do rarely. */
const MEASURED_MS = 14 * DAY_MS;
const PATIENCE_MS = 20_000;
/** Values from whom on a percentile says something. */
const MIN_VALUES = 100;
/** Where the sums of people are drawn in: a few big spenders, or robots, must not decide. */
export const SUM_LEVEL = 0.99;
export const COUNT_LEVEL = 0.999;

export const unanswered = (cause: unknown): never =>
  fail('unavailable', {
    detail: 'The event store does not answer, so the guardrails cannot be checked.',
    cause,
  });

/**
 * Asks the event store whether everything that guardrails count has arrived in the last week.
 * @throws invalid_input naming the field, unless the guardrail allows to start without; unavailable when the event
 * store does not answer.
 */
export async function refuseWithoutBaseline(
  ctx: Ctx,
  environmentId: number,
  plan: Plan,
  wire: PlanWire,
): Promise<void> {
  const external = plan.guardrails.findIndex((one) => !countsPeople(one));
  if (external >= 0 && !(await hasSource(ctx.db, environmentId))) {
    fail('invalid_input', {
      attr: `guardrails.${external}.kind`,
      detail: 'No Prometheus is set for this environment; set one in the settings of the project.',
    });
  }
  const asked = plan.guardrails.flatMap((guardrail, index) => {
    const needsValues = guardrail.measure.kind === 'latency';
    if (wire.guardrails[index]?.allow_no_baseline && !needsValues) return [];
    return countedBy(guardrail).map(({ field, series }) => ({
      attr: `guardrails.${index}.${field}`,
      series,
    }));
  });
  if (asked.length === 0) return;
  const toMs = ctx.clock.now();
  const fromMs = toMs - RECENT_MS;
  const outcomes = asked.map(({ series }) => series);
  const question = { environmentId, fromMs, toMs, outcomes };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const counts = await countOutcomes(ctx.clickhouse, question, signal).catch(unanswered);
  for (const [index, { attr, series }] of asked.entries()) {
    if (counts[index] !== 0) continue;
    const narrowed = series.filters.length > 0 ? ' that meets its conditions' : '';
    const numbered = series.property === null ? '' : ` with a number in “${series.property}”`;
    fail('invalid_input', {
      attr,
      detail: `No “${series.event}” event${narrowed}${numbered} has arrived in the last seven days. Check its name, or allow this guardrail to start without a baseline (allow_no_baseline).`,
    });
  }
}

/** All that a guardrail counts, with the field of the plan that names it. */
export function countedBy({
  event,
  filters,
  measure,
}: Guardrail): { field: string; series: Series }[] {
  switch (measure.kind) {
    case 'external':
      return [];
    case 'share':
    case 'sessions':
      return [{ field: 'event', series: { event, filters, property: null } }];
    case 'conversion':
      return measure.steps.map((step, index) => ({
        field: measure.steps.length > 1 ? `steps.${index}` : 'event',
        series: { ...step, property: null },
      }));
    case 'latency':
      return [{ field: 'property', series: { event, filters, property: measure.property } }];
    case 'mean': {
      const { property, per } = measure;
      const field = property === null ? 'event' : 'property';
      const mine = { field, series: { event, filters, property } };
      return [mine, ...(per ? [{ field: 'per', series: per }] : [])];
    }
  }
}

/**
 * Measures what the guardrails of a plan are held against from the start on. What was measured for the same
 * guardrail before is kept, and what was not measured then is not now: a rollout does not move its own goalposts, nor
 * are they set while it runs.
 * @throws invalid_input naming the guardrail when there is too little to measure; unavailable
 */
export async function measureBaselines(
  ctx: Ctx,
  environmentId: number,
  { plan, wire }: { readonly plan: Plan; readonly wire: PlanWire },
  known?: { readonly baselines: Baselines; readonly wire: PlanWire },
): Promise<Baselines> {
  const about = { environmentId, unit: plan.unit };
  const entries: [string, Baseline][] = [];
  for (const [index, guardrail] of plan.guardrails.entries()) {
    const { id } = guardrail;
    const before = known?.wire.guardrails.find((one) => one.id === id);
    const isSame = canonicalJson(before ?? null) === canonicalJson(wire.guardrails[index] ?? null);
    const at = `guardrails.${index}`;
    const baseline =
      known && isSame ? known.baselines[id] : await measureOne(ctx, about, guardrail, at);
    if (baseline) entries.push([id, baseline]);
  }
  return Object.fromEntries(entries);
}

async function measureOne(
  ctx: Ctx,
  about: { readonly environmentId: number; readonly unit: Plan['unit'] },
  guardrail: Guardrail,
  at: string,
): Promise<Baseline | null> {
  const toMs = ctx.clock.now();
  const past = {
    ...about,
    clickhouse: ctx.clickhouse,
    fromMs: toMs - MEASURED_MS,
    toMs,
    signal: AbortSignal.timeout(PATIENCE_MS),
  };
  const { event, filters, measure } = guardrail;
  const nothing: Baseline = { share: null, threshold: null, cap: null };
  const shareOf = (outcome: Parameters<typeof findDailyShare>[1]) =>
    findDailyShare(past, outcome).catch(unanswered);
  switch (measure.kind) {
    case 'external':
    case 'sessions':
      return null;
    case 'share':
    case 'conversion':
      return { ...nothing, share: await shareOf({ event, filters }) };
    case 'latency': {
      const series = { event, filters, property: measure.property };
      const found = await findPercentile(past, series, measure.level).catch(unanswered);
      if (found.value === null || found.count < MIN_VALUES) {
        fail('invalid_input', {
          attr: `${at}.property`,
          detail: `“${event}” has ${found.count} numbers in “${measure.property}” from the last fourteen days; a percentile needs ${MIN_VALUES}.`,
        });
      }
      const share = await shareOf({ series, above: found.value });
      return { ...nothing, threshold: found.value, share };
    }
    case 'mean': {
      if (measure.per !== null) return null;
      const series = { event, filters, property: measure.property };
      const level = measure.property === null ? COUNT_LEVEL : SUM_LEVEL;
      const cap = await findSumPercentile(past, series, level).catch(unanswered);
      // Where sums are mostly below zero, drawing in large ones means nothing.
      return { ...nothing, cap: cap !== null && cap > 0 ? cap : null };
    }
  }
}
