// Answers trends: one statement per series and period, more where labels or ranges must be found first.
import { withEdges } from '../sql/breakdown-edges.ts';
import { breakdownOf } from '../sql/breakdown-filter.ts';
import type { Breakdown } from '../sql/breakdown.ts';
import type { Period } from '../time/periods.ts';
import type { Inquiry } from '../scope.ts';
import { needsLabels, topLabelsSql, trendSql } from './trends-sql.ts';
import {
  type Lines,
  type TrendRow,
  type TrendsPlan,
  type TrendsQuery,
  linesOf,
  planTrends,
  trendQuestion,
} from './trends.ts';
import { type TrendsAnswer, trendsAnswer } from './trends-answer.ts';

/** @param earliestMs when the environment's first event happened, where the range is `all` */
export async function answerTrends(
  query: TrendsQuery,
  inquiry: Inquiry,
  earliestMs: number | undefined,
): Promise<TrendsAnswer> {
  const { plan, breakdown } = await planAnswer(query, inquiry, earliestMs);
  const shared = await sharedLabels(plan, breakdown, inquiry);
  const [now, before] = plan.periods;
  const current = await readPeriod(plan, now, breakdown, shared, inquiry);
  const previous = before && (await readPrevious(plan, before, breakdown, current, inquiry));
  return trendsAnswer(plan, breakdown, previous ? [current, previous] : [current], inquiry.scope);
}

/** What is to be read; ranges of numbers to break down by are found first. */
export async function planAnswer(
  query: TrendsQuery,
  inquiry: Inquiry,
  earliestMs: number | undefined,
): Promise<{ readonly plan: TrendsPlan; readonly breakdown: Breakdown | undefined }> {
  const plan = planTrends(query, inquiry.scope.calendar, earliestMs);
  return { plan, breakdown: await breakdownFor(plan, inquiry) };
}

async function breakdownFor(plan: TrendsPlan, inquiry: Inquiry): Promise<Breakdown | undefined> {
  const wanted = breakdownOf(plan.query.breakdownFilter);
  const [current] = plan.periods;
  if (!wanted) return undefined;
  return withEdges(wanted, trendQuestion(plan, 0, current, undefined, undefined), inquiry);
}

/** A formula needs the same labels in every series: those of the first one. */
async function sharedLabels(
  plan: TrendsPlan,
  breakdown: Breakdown | undefined,
  inquiry: Inquiry,
): Promise<readonly string[] | undefined> {
  const [current] = plan.periods;
  if (!breakdown || plan.formulas.length === 0) return undefined;
  return topLabels(plan, 0, current, breakdown, inquiry);
}

async function topLabels(
  plan: TrendsPlan,
  index: number,
  period: Period,
  breakdown: Breakdown,
  { ask, scope }: Inquiry,
): Promise<readonly string[]> {
  const question = trendQuestion(plan, index, period, breakdown, undefined);
  const rows = await ask<[string, number]>(topLabelsSql(question, scope));
  return rows.map(([label]) => label);
}

/** The labels that the answer tells apart in a series: those of the period that is meant. */
export async function readLabels(
  plan: TrendsPlan,
  index: number,
  breakdown: Breakdown | undefined,
  inquiry: Inquiry,
): Promise<readonly string[]> {
  const shared = await sharedLabels(plan, breakdown, inquiry);
  return [...(await readSeries(plan, index, plan.periods[0], breakdown, shared, inquiry)).keys()];
}

function readPeriod(
  plan: TrendsPlan,
  period: Period,
  breakdown: Breakdown | undefined,
  shared: readonly string[] | undefined,
  inquiry: Inquiry,
): Promise<Lines[]> {
  return Promise.all(
    plan.series.map((_, index) => readSeries(plan, index, period, breakdown, shared, inquiry)),
  );
}

async function readSeries(
  plan: TrendsPlan,
  index: number,
  period: Period,
  breakdown: Breakdown | undefined,
  shared: readonly string[] | undefined,
  inquiry: Inquiry,
): Promise<Lines> {
  const needs = needsLabels(trendQuestion(plan, index, period, breakdown, undefined));
  const labels =
    breakdown && needs && shared === undefined
      ? await topLabels(plan, index, period, breakdown, inquiry)
      : shared;
  return readLines(plan, index, period, breakdown, labels, inquiry);
}

/** The period before is told apart by the labels of this one, so that lines can be compared. */
function readPrevious(
  plan: TrendsPlan,
  period: Period,
  breakdown: Breakdown | undefined,
  current: readonly Lines[],
  inquiry: Inquiry,
): Promise<Lines[]> {
  return Promise.all(
    plan.series.map((_, index) => {
      const labels = breakdown && [...(current[index]?.keys() ?? [])];
      return readLines(plan, index, period, breakdown, labels, inquiry);
    }),
  );
}

async function readLines(
  plan: TrendsPlan,
  index: number,
  period: Period,
  breakdown: Breakdown | undefined,
  labels: readonly string[] | undefined,
  { ask, scope }: Inquiry,
): Promise<Lines> {
  const question = trendQuestion(plan, index, period, breakdown, labels);
  return linesOf(await ask<TrendRow>(trendSql(question, scope)), question);
}
