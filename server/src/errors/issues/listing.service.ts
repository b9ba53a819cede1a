// Lists issues of an environment: those that happened in a stretch of time, in the order that was asked for.
import type { ProjectCtx } from '#platform/ctx';
import { containing } from '#platform/postgres/like';
import { type Count, countByIssue, seriesByIssue } from './counts.query.ts';
import { listJoined } from './fingerprints.store.ts';
import type { Issue, IssueStatus } from './issue.ts';
import type { ORDERS } from './issues.contract.ts';
import { listIssues } from './issues.store.ts';
import type { Range } from './range.ts';
import { compareVariants, type FlagVariants, leastRatio, type VariantCount } from './variants.ts';
import { countVariants, type Hit, type Told } from './variants.query.ts';

type Order = (typeof ORDERS)[number];

export type ListFilter = {
  readonly range: Range;
  readonly status: IssueStatus | undefined;
  readonly search: string | undefined;
  readonly ownerId: string | undefined;
  readonly release: string | undefined;
  /** Each issue is told by the values of this flag. */
  readonly flag: string | undefined;
  /** Only issues of which an exception reports this value of the flag. */
  readonly variant: string | undefined;
  readonly orderBy: Order;
  readonly isAscending: boolean;
  readonly limit: number;
  readonly offset: number;
};

export type ListedIssue = {
  readonly issue: Issue;
  readonly count: Count;
  /** Events in each bucket of the range. */
  readonly volume: readonly number[];
  readonly variants: FlagVariants | null;
};

export async function listIssuesOf(
  ctx: ProjectCtx,
  filter: ListFilter,
): Promise<{ count: number; issues: readonly ListedIssue[] }> {
  const { range, search, flag, variant, release, status, ownerId } = filter;
  const environmentId = ctx.environment.id;
  const joined = await listJoined(ctx.db, environmentId);
  const base = { environmentId, range, joined, release };
  const asked =
    flag !== undefined && variant !== undefined ? { ...base, flag: { key: flag, variant } } : base;
  const [rows, counts, told] = await Promise.all([
    listIssues(ctx.db, environmentId, {
      status,
      ownerId,
      pattern: search === undefined ? undefined : containing(search),
      since: new Date(range.fromMs),
    }),
    countByIssue(ctx.clickhouse, asked),
    flag === undefined ? undefined : countVariants(ctx.clickhouse, base, [flag]),
  ]);
  const hits = Map.groupBy(told?.hits ?? [], ({ fingerprint }) => fingerprint);
  const found = rows.flatMap((issue) => {
    const count = counts.get(issue.fingerprint);
    if (!count) return [];
    const variants =
      flag === undefined
        ? null
        : variantsOf(flag, told?.told ?? [], hits.get(issue.fingerprint) ?? [], counts.size);
    return [{ issue, count, variants }];
  });
  const page = sorted(found, filter).slice(filter.offset, filter.offset + filter.limit);
  const keys = page.map(({ issue }) => issue.fingerprint);
  const series = await seriesByIssue(ctx.clickhouse, asked, keys);
  return {
    count: found.length,
    issues: page.map((one) => ({ ...one, volume: series.get(one.issue.fingerprint) ?? [] })),
  };
}

/** What one issue has to do with a flag. */
export function variantsOf(
  flag: string,
  told: readonly Told[],
  hits: readonly Hit[],
  looks: number,
): FlagVariants {
  const own = told.filter((one) => one.flag === flag);
  const hitsOf = hits.filter((one) => one.flag === flag);
  const counts = own.map(({ value, people }): VariantCount => {
    const hit = hitsOf.find((one) => one.value === value);
    return {
      value,
      exposed: people,
      affected: Math.min(people, hit?.people ?? 0),
      events: hit?.events ?? 0,
    };
  });
  const unknown = hitsOf.find(({ value }) => value === '')?.people ?? 0;
  return compareVariants(flag, counts, unknown, looks * Math.max(1, counts.length - 1));
}

type Found = Omit<ListedIssue, 'volume'>;

const BY: Readonly<Record<Order, (found: Found) => number>> = {
  last_seen: ({ count }) => count.lastMs,
  first_seen: ({ issue }) => issue.firstSeen.getTime(),
  occurrences: ({ count }) => count.events,
  users: ({ count }) => count.people,
  // Few people make wild ratios: what is certain leads.
  flag_ratio: ({ variants }) => (variants ? leastRatio(variants) : 0),
};

function sorted(found: readonly Found[], { orderBy, isAscending }: ListFilter): readonly Found[] {
  const by = BY[orderBy];
  const sign = isAscending ? 1 : -1;
  return found.toSorted(
    (a, b) =>
      sign * (by(a) - by(b)) ||
      b.count.lastMs - a.count.lastMs ||
      (a.issue.id < b.issue.id ? -1 : 1),
  );
}
