// Routes of versions and of one-press changes: contract → service.
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { RouteInput } from '#kernel/http.contract';
import type { JsonValue } from '#kernel/json';
import type { ProjectCtx } from '#platform/ctx';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { stateBody, toBody } from './flag-wire.routes.ts';
import type { FlagRecord } from './flags.service.ts';
import { type VersionBody, onePressRoutes } from './one-press.contract.ts';
import {
  type FindOpenRollout,
  type ListedVersion,
  type Press,
  getVersion,
  listVersions,
  restoreVersion,
  rollOut,
} from './one-press.service.ts';
import { killFlag } from './kill.service.ts';
import { diffJson } from './json-diff.ts';
import type { FlagSnapshots } from './snapshot.service.ts';

export type OnePressDeps = {
  readonly snapshots: Pick<FlagSnapshots, 'settled'>;
  readonly findOpenRollout: FindOpenRollout;
};

export function registerOnePress(app: FastifyInstance, http: HttpDeps, deps: OnePressDeps): void {
  const answer = async (ctx: ProjectCtx, record: FlagRecord) => {
    await deps.snapshots.settled();
    return toBody(ctx, record);
  };
  registerRoutes(app, http, onePressRoutes, {
    versions: async (request, { params, query }, io) => {
      const { limit, offset } = query;
      const found = await listVersions(projectCtx(request), params.flag, { limit, offset });
      const bodies = found.versions.map((version) => versionBody(version, found.current));
      return pageOf(io.request.url, { count: found.count, limit, offset }, bodies);
    },
    version: async (request, { params }) => {
      const { flag, found } = await getVersion(projectCtx(request), params.flag, params.version);
      return versionBody(found, flag.version);
    },
    diff: async (request, { params, query }) => {
      const ctx = projectCtx(request);
      const { version: from } = params;
      const before = await getVersion(ctx, params.flag, from);
      const to = query.to ?? before.flag.version;
      const after = await getVersion(ctx, params.flag, to);
      const plain = ({ found }: typeof before) => stateBody(found.state) as JsonValue;
      return { from, to, changes: diffJson(plain(before), plain(after)) };
    },
    restore: async (request, { params, body }) => {
      const ctx = projectCtx(request);
      const { flag, version } = params;
      const press = { ...pressOf(body), force: body.force };
      const record = await restoreVersion(ctx, deps.findOpenRollout, flag, version, press);
      return answer(ctx, record);
    },
    rollOut: async (request, { params, body }) => {
      const ctx = projectCtx(request);
      const variant = body.variant ?? null;
      const press = pressOf(body);
      return answer(ctx, await rollOut(ctx, deps.findOpenRollout, params.flag, variant, press));
    },
    kill: async (request, { params, body }) => {
      const ctx = projectCtx(request);
      const { flag, killSwitch, killed } = await killFlag(ctx, params.flag, body?.reason);
      return { flag: await answer(ctx, flag), kill_switch: killSwitch, flags: [...killed] };
    },
  });
}

type PressBody = NonNullable<RouteInput<(typeof onePressRoutes)['rollOut']>['body']>;

const pressOf = (body: PressBody): Press => ({
  version: body.version,
  reason: body.reason,
  overRollout: body.over_rollout,
});

function versionBody(
  { version, at, state, change }: ListedVersion,
  current: number,
): z.input<typeof VersionBody> {
  return {
    version,
    created_at: at.toISOString(),
    is_current: version === current,
    action: change?.action ?? null,
    reason: change?.reason ?? null,
    actor: change?.actor ?? null,
    flag: stateBody(state),
  };
}
