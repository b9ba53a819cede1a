// The same question asked of the event store and answered from plain events, for tests that compare both.
import type { Scope, Sql } from '#insights/event-sql';
import type { ExposureQuestion } from './exposure-sql.ts';
import { exposuresPerDaySql } from './exposures-sql.ts';
import { askStatistics } from './statistics.ts';
import { type ReferenceInput, sufficientStatistics } from './sufficient-statistics.ts';
import { type Arms, comparable, epochOf } from './test-arms.ts';
import { metricOf, questionOf } from './test-experiments.query.ts';

/** What the store answers, and what follows from the plain events, in the same form. */
export async function bothWays(
  ask: <Row>(sql: Sql) => Promise<Row[]>,
  input: ReferenceInput,
  scope: Scope,
  more: Partial<ExposureQuestion> = {},
) {
  const exposure = { ...questionOf(input), ...more };
  const expected = sufficientStatistics(input);
  const perDay = await ask<[string, string, number]>(exposuresPerDaySql(exposure, scope));
  const until = (variant: string, day: string) =>
    perDay
      .filter(([own, at]) => own === variant && at <= day)
      .reduce((sum, [, , people]) => sum + people, 0);
  const days = expected.days ?? [];
  const cumulative = Object.keys(expected.cumulative ?? {}).map((variant) => [
    variant,
    days.map((day) => until(variant, day)),
  ]);
  const came = [...new Set(perDay.map(([variant]) => variant))];
  const { metric } = input;
  const onlyMatured = metric?.onlyMatured === true;
  const found = metric
    ? await askStatistics({ exposure, metric: metricOf(metric), onlyMatured }, scope, ask)
    : undefined;
  const variants = expected.variants as unknown as Arms | undefined;
  const epochs = (expected.epochs ?? []) as unknown as Arms[];
  const hasPeople = Object.values(variants ?? {}).some(({ n }) => n > 0);
  const levels = Object.entries(expected.breakdown ?? {});
  return {
    found: {
      exposures: Object.fromEntries(came.map((variant) => [variant, until(variant, '9999')])),
      cumulative: Object.fromEntries(cumulative),
      variants: comparable(found?.variants),
      epochs: epochs.map((_, i) => comparable(epochOf(found?.variants, i))),
      bounds: found?.bounds,
      levels: levels.map(([level]) =>
        comparable(found?.breakdown?.find(({ values }) => values[0] === level)?.variants),
      ),
    },
    expected: {
      exposures: expected.exposures,
      cumulative: expected.cumulative ?? {},
      variants: comparable(variants),
      epochs: epochs.map(comparable),
      bounds: hasPeople ? expected.bounds : undefined,
      levels: levels.map(([, arms]) => comparable(arms as unknown as Arms)),
    },
  };
}
