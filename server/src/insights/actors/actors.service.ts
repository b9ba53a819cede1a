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
  isOther,
  lifecycleActorsSql,
  pathActorsSql,
  retentionActorsSql,
  stickinessActorsSql,
  trendActorsSql,
} from './actors.ts';
import { type Breakdown, textOfLabel } from '../sql/breakdown.ts';
import { funnelBreakdown } from '../funnels/funnels.service.ts';
import { funnelStepsSql } from '../funnels/funnels-sql.ts';
import { planFunnel } from '../funnels/funnels.ts';
import { planLifecycle } from '../people-queries/lifecycle.ts';
import { planPaths } from '../paths/paths.ts';
import { retentionOf } from '../retention/retention.service.ts';
import { retentionSql } from '../retention/retention-sql.ts';
import type { Inquiry } from '../scope.ts';
import type { Sql } from '../sql/sql.ts';
import { stickinessPeriods } from '../people-queries/stickiness.ts';
import { planAnswer, readLabels } from '../trends/trends.service.ts';
import { type TrendsQuery, trendQuestion } from '../trends/trends.ts';

const DEFAULT_LIMIT = 100;

/** One page of the people (or groups, sessions) behind a cell of an answer. */
export async function answerActors(
  query: ActorsQuery,
  inquiry: Inquiry,
  earliestMs: number | undefined,
  db: Db,
) {
  const page = { limit: query.limit ?? DEFAULT_LIMIT, offset: query.offset ?? 0 };
  const rows = await inquiry.ask<ActorRow>(await sqlOf(query.source, inquiry, earliestMs, page));
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

/** Groups and sessions have no profile. */
function isOfPeople(asked: ActorsSource): boolean {
  const { source } = asked;
  if (source.kind === 'LifecycleQuery') return true;
  if (source.aggregation_group_type_index !== undefined) return false;
  if (source.kind === 'FunnelsQuery') {
    return source.funnelsFilter?.funnelAggregateByHogQL !== 'properties.$session_id';
  }
  const isOfSeries = source.kind === 'TrendsQuery' || source.kind === 'StickinessQuery';
  if (!isOfSeries || asked.kind !== 'InsightActorsQuery') return true;
  return source.series[asked.series ?? 0]?.math !== 'unique_group';
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
  const { funnel } = planFunnel(asked.source, breakdown, inquiry.scope.calendar, earliestMs);
  const label = await choose(breakdown, asked.funnelStepBreakdown, () =>
    firstColumn(funnelStepsSql(funnel, inquiry.scope), inquiry),
  );
  return funnelActorsSql(funnel, asked, label, page, inquiry.scope);
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
  const { series = 0, compare = 'current' } = asked;
  if (series >= source.series.length || plan.isCumulative) {
    const detail = plan.isCumulative
      ? 'A number that is added up over time has no people of its own.'
      : 'There is no such series.';
    fail('invalid_input', { detail, attr: 'source.series' });
  }
  const period = plan.periods.find((one) => one.label === compare) ?? plan.periods[0];
  const question = trendQuestion(plan, series, period, breakdown, undefined);
  const label = await choose(breakdown, asked.breakdown, () =>
    readLabels(plan, series, breakdown, inquiry),
  );
  return trendActorsSql(question, asked, label, page, inquiry.scope);
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
