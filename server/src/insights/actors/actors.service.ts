// Answers who is behind a number.
import { findPersonsById } from '#identity';
import { fail } from '#kernel/errors';
import type { Db } from '#platform/ctx';
import {
  type ActorRow,
  type ActorsQuery,
  type ActorsSource,
  type FunnelsActorsQuery,
  type InsightActorsQuery,
  type LabelChoice,
  type Page,
  funnelActorsSql,
  funnelTrendActorsSql,
  isOther,
  lifecycleActorsSql,
  pathActorsSql,
  retentionActorsSql,
  stickinessActorsSql,
  trendActorsSql,
} from './actors.ts';
import { type Breakdown, textOfLabel } from '../sql/breakdown.ts';
import { funnelBreakdown } from '../funnels/funnels.service.ts';
import type { FunnelTrendRow } from '../funnels/funnels-answer.ts';
import { funnelStepsSql, funnelTrendSql } from '../funnels/funnels-sql.ts';
import { planFunnel } from '../funnels/funnels.ts';
import { planLifecycle } from '../people-queries/lifecycle.ts';
import { planPaths } from '../paths/paths.ts';
import { retentionOf } from '../retention/retention.service.ts';
import { retentionSql } from '../retention/retention-sql.ts';
import type { Inquiry } from '../scope.ts';
import type { Sql } from '../sql/sql.ts';
import { stickinessPeriods } from '../people-queries/stickiness.ts';
import { planAnswer, readLabels } from '../trends/trends.service.ts';
import { seriesIn } from '../trends/formula.ts';
import { type TrendsQuery, formulasOf, trendQuestion } from '../trends/trends.ts';

const DEFAULT_LIMIT = 100;

/** One page of the people (or groups, sessions) behind a cell of an answer. */
export async function answerActors(
  query: ActorsQuery,
  inquiry: Inquiry,
  earliestMs: number | undefined,
  db: Db,
) {
  const page = { limit: query.limit ?? DEFAULT_LIMIT, offset: query.offset ?? 0 };
  const rows = await readActors(query.source, inquiry, earliestMs, page);
  const count = rows[0]?.[2] ?? 0;
  const ids = rows.map(([actor]) => actor);
  const persons = isOfPeople(query.source)
    ? await findPersonsById(db, inquiry.scope.environmentId, ids)
    : [];
  const known = new Map(persons.map((person) => [person.id, person]));
  return {
    columns: ['actor', 'event_count'],
    results: rows.map(([id, n]) => {
      const person = known.get(id);
      const actor = {
        id,
        distinct_ids: person?.distinctIds ?? [],
        properties: person?.properties ?? {},
        is_identified: person?.isIdentified ?? false,
        created_at: person?.createdAt.toISOString() ?? null,
      };
      return [actor, n];
    }),
    count,
    ...page,
    hasMore: page.offset + rows.length < count,
  };
}

/** One page of rows. */
export async function readActors(
  asked: ActorsSource,
  inquiry: Inquiry,
  earliestMs: number | undefined,
  page: Page,
): Promise<ActorRow[]> {
  return inquiry.ask<ActorRow>(await sqlOf(asked, inquiry, earliestMs, page));
}

/** Groups and sessions have no profile. */
export function isOfPeople(asked: ActorsSource): boolean {
  const { source } = asked;
  if (source.kind === 'LifecycleQuery') return true;
  if (source.aggregation_group_type_index !== undefined) return false;
  if (source.kind === 'FunnelsQuery') {
    return source.funnelsFilter?.funnelAggregateByHogQL !== 'properties.$session_id';
  }
  const isOfSeries = source.kind === 'TrendsQuery' || source.kind === 'StickinessQuery';
  if (!isOfSeries || asked.kind !== 'InsightActorsQuery') return true;
  const places = source.kind === 'TrendsQuery' ? seriesMeant(asked, source) : [asked.series ?? 0];
  return places.every((place) => source.series[place]?.math !== 'unique_group');
}

function sqlOf(
  asked: ActorsSource,
  inquiry: Inquiry,
  earliestMs: number | undefined,
  page: Page,
): Promise<Sql> | Sql {
  if (asked.kind === 'FunnelsActorsQuery') return ofFunnel(asked, inquiry, earliestMs, page);
  const { source } = asked;
  const { scope } = inquiry;
  switch (source.kind) {
    case 'LifecycleQuery':
      return lifecycleActorsSql(
        planLifecycle(source, scope.calendar, earliestMs),
        asked,
        page,
        scope,
      );
    case 'StickinessQuery': {
      const [current, previous] = stickinessPeriods(source, scope.calendar, earliestMs);
      const period = asked.compare === 'previous' ? (previous ?? current) : current;
      return stickinessActorsSql(source, asked, period, page, scope);
    }
    case 'RetentionQuery':
      return ofRetention(asked, source, inquiry, earliestMs, page);
    case 'PathsQuery':
      return pathActorsSql(planPaths(source, scope.calendar, earliestMs), page, scope);
    case 'TrendsQuery':
      return ofTrend(asked, source, inquiry, earliestMs, page);
  }
}

async function ofFunnel(
  asked: FunnelsActorsQuery,
  inquiry: Inquiry,
  earliestMs: number | undefined,
  page: Page,
): Promise<Sql> {
  const breakdown = await funnelBreakdown(asked.source, inquiry, earliestMs);
  const { scope } = inquiry;
  const { funnel, view } = planFunnel(asked.source, breakdown, scope.calendar, earliestMs);
  if (asked.funnelTrendsEntrancePeriodStart !== undefined) {
    if (view.kind !== 'trend') {
      const detail = 'Only conversion over time has intervals of entry.';
      fail('invalid_input', { detail, attr: 'source.funnelTrendsEntrancePeriodStart' });
    }
    const label = await choose(breakdown, asked.funnelStepBreakdown, async () => {
      const sql = funnelTrendSql(funnel, view.stretch, view.buckets, scope);
      return (await inquiry.ask<FunnelTrendRow>(sql)).map(([, shown]) => shown);
    });
    return funnelTrendActorsSql(funnel, view, asked, label, page, scope);
  }
  const label = await choose(breakdown, asked.funnelStepBreakdown, () =>
    firstColumn(funnelStepsSql(funnel, scope), inquiry),
  );
  return funnelActorsSql(funnel, asked, label, page, scope);
}

async function ofRetention(
  asked: InsightActorsQuery,
  source: InsightActorsQuery['source'] & { readonly kind: 'RetentionQuery' },
  inquiry: Inquiry,
  earliestMs: number | undefined,
  page: Page,
): Promise<Sql> {
  const retention = await retentionOf(source, inquiry, earliestMs);
  const label = await choose(retention.breakdown, asked.breakdown, () =>
    firstColumn(retentionSql(retention, inquiry.scope), inquiry),
  );
  return retentionActorsSql(retention, asked, label, page, inquiry.scope);
}

async function ofTrend(
  asked: InsightActorsQuery,
  source: TrendsQuery,
  inquiry: Inquiry,
  earliestMs: number | undefined,
  page: Page,
): Promise<Sql> {
  const { plan, breakdown } = await planAnswer(source, inquiry, earliestMs);
  const { compare = 'current' } = asked;
  const places = seriesMeant(asked, source);
  const period = plan.periods.find((one) => one.label === compare) ?? plan.periods[0];
  const questions = places.map((place) => trendQuestion(plan, place, period, breakdown, undefined));
  const label = await choose(breakdown, asked.breakdown, () =>
    readLabels(plan, places[0] ?? 0, breakdown, inquiry),
  );
  return trendActorsSql(questions, asked, label, page, inquiry.scope);
}

/**
 * The places of the series whose people are meant: one, or all that a formula names.
 * @throws invalid_input when there is no such series or formula, or it counts people and groups together
 */
function seriesMeant({ series = 0, formula }: InsightActorsQuery, query: TrendsQuery): number[] {
  if (formula === undefined) {
    if (series < query.series.length) return [series];
    return fail('invalid_input', { detail: 'There is no such series.', attr: 'source.series' });
  }
  const attr = 'source.formula';
  const asked = formulasOf(query)[formula];
  const places = asked ? seriesIn(asked.formula) : [];
  if (places.length === 0) {
    const detail = asked ? 'This formula names no series.' : 'There is no such formula.';
    fail('invalid_input', { detail, attr });
  }
  const units = places.map((place) => {
    const { math, math_group_type_index: index = 0 } = query.series[place] ?? {};
    return math === 'unique_group' ? index : 'people';
  });
  if (new Set(units).size > 1) {
    const detail = 'This formula counts people and groups, or groups of several types.';
    fail('invalid_input', { detail, attr });
  }
  return places;
}

/** Which label is meant; of the rest, which ones the answer tells apart. */
async function choose(
  breakdown: Breakdown | undefined,
  asked: string | readonly string[] | undefined,
  shownLabels: () => Promise<readonly string[]>,
): Promise<LabelChoice | undefined> {
  if (!breakdown || asked === undefined) return undefined;
  const label = textOfLabel(breakdown, asked);
  if (!isOther(breakdown, label)) return { kind: 'one', label };
  const shown = await shownLabels();
  return { kind: 'rest', shown: shown.filter((one) => !isOther(breakdown, one)) };
}

async function firstColumn(sql: Sql, { ask }: Inquiry): Promise<string[]> {
  return (await ask<[string]>(sql)).map(([label]) => label);
}
