// Routes of comparisons and promotions: contract → service.
import type { FastifyInstance } from 'fastify';
import type { FlagRecord } from '#flags';
import type { FiltersWire } from '#flags/filters';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { comparisonRoutes } from './comparison.contract.ts';
import {
  type Difference,
  compareFlag,
  listDifferences,
  pairOf,
  promoted,
} from './comparison.service.ts';
import type { FindRollouts } from './environments.service.ts';
import { promote } from './promote.service.ts';

/** What the routes need of the running program. */
export type EnvironmentsRuntime = {
  readonly findRollouts: FindRollouts;
  /** Resolves once flags that were written are in force in this process. */
  settled(): Promise<void>;
};

export function registerComparison(
  app: FastifyInstance,
  http: HttpDeps,
  runtime: EnvironmentsRuntime,
): void {
  const { findRollouts } = runtime;
  registerRoutes(app, http, comparisonRoutes, {
    compare: async (request, { query }, { request: { url } }) => {
      const ctx = projectCtx(request);
      const all = await listDifferences(ctx, await pairOf(ctx, query), findRollouts);
      const { limit, offset } = query;
      const shown = all.slice(offset, offset + limit).map(differenceBody);
      return pageOf(url, { count: all.length, limit, offset }, shown);
    },
    compareFlag: async (request, { params, query }) => {
      const ctx = projectCtx(request);
      const pair = await pairOf(ctx, query);
      const difference = await compareFlag(ctx, pair, params.flag, findRollouts);
      const after = await promoted(ctx, pair, difference, query.parts ?? difference.parts);
      return {
        ...differenceBody(difference),
        from: fullSide(difference.from),
        to: fullSide(difference.to),
        after:
          'obstacle' in after
            ? null
            : { active: after.active, filters: after.filters as FiltersWire },
        obstacle: 'obstacle' in after ? after.obstacle : null,
      };
    },
    promote: async (request, { body }) => {
      const promotion = {
        from: body.from,
        to: body.to,
        items: body.flags.map((item) => ({
          flag: String(item.flag),
          fromVersion: item.from_version,
          toVersion: item.to_version,
          parts: item.parts,
        })),
        reason: body.reason ?? null,
        isDespiteRollout: body.despite_rollout,
      };
      const results = await promote(projectCtx(request), promotion, findRollouts);
      await runtime.settled();
      return { results: results.map(({ parts, ...rest }) => ({ ...rest, parts: [...parts] })) };
    },
  });
}

const side = ({ version, active, updatedAt }: FlagRecord) => ({
  version,
  active,
  updated_at: updatedAt.toISOString(),
});

const fullSide = (flag: FlagRecord) => ({ ...side(flag), filters: flag.filters as FiltersWire });

const differenceBody = ({ from, to, parts, rolloutId }: Difference) => ({
  id: from.id,
  key: from.key,
  name: from.name,
  parts: [...parts],
  from: side(from),
  to: side(to),
  rollout_id: rolloutId,
});
