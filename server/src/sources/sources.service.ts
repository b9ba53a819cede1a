// The Prometheus of an environment: set, asked, removed. Every change is audited; the token is in no answer.
import { listProjectEnvironments } from '#accounts';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { type Ctx, type Db, inTransaction, type ProjectCtx } from '#platform/ctx';
import type { Outgoing } from '#platform/http/outgoing';
import { seal, unseal } from '#platform/seal';
import {
  type PrometheusSeries,
  type PrometheusTarget,
  queryRange,
  SourceError,
} from './prometheus.client.ts';
import { queriesOf, type Reading, type Readings, rowsOf, windowsOf } from './readings.ts';
import { deleteSource, findSource, saveSource, type StoredSource } from './sources.store.ts';

export type { StoredSource } from './sources.store.ts';

export type SourceDeps = {
  /** The key of this installation under which tokens are sealed. */
  readonly sealKey: () => Promise<string>;
  readonly outgoing: Outgoing;
  /** The flag of a running rollout that is judged by the environment's Prometheus. */
  readonly findAsking?: (db: Db, environmentId: number) => Promise<string | undefined>;
};

export async function getSource(ctx: ProjectCtx): Promise<StoredSource | undefined> {
  return findSource(ctx.db, ctx.environment.id);
}

/**
 * Sets where Prometheus is, and its token: undefined keeps the one that is stored, null removes it.
 * @throws conflict (attr url) when a running rollout of a protected environment is judged by another one
 */
export async function setSource(
  ctx: ProjectCtx,
  deps: SourceDeps,
  input: { readonly url: string; readonly token?: string | null | undefined },
): Promise<StoredSource> {
  const key = await deps.sealKey();
  return inTransaction(ctx, async (tx) => {
    const before = await findSource(tx.db, tx.environment.id);
    if (before && before.url !== input.url) await refuseOtherJudge(tx, deps);
    // A token goes where it was given for, and nowhere else: not in the clear where it was encrypted before.
    const isSame = before !== undefined && new URL(before.url).origin === new URL(input.url).origin;
    const kept = isSame ? before.tokenBox : null;
    const tokenBox =
      input.token === undefined ? kept : input.token === null ? null : seal(key, input.token);
    const after = { url: input.url, tokenBox, updatedAt: new Date(tx.clock.now()) };
    await saveSource(tx.db, tx.environment.id, after);
    await audit(tx, before ? 'updated' : 'created', before, after);
    return after;
  });
}

/** @throws not_found; conflict when a running rollout of a protected environment is judged by it */
export async function removeSource(ctx: ProjectCtx, deps: SourceDeps): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const before = await findSource(tx.db, tx.environment.id);
    if (!before) fail('not_found', { detail: 'This environment has no Prometheus.' });
    await refuseOtherJudge(tx, deps);
    await deleteSource(tx.db, tx.environment.id);
    await audit(tx, 'deleted', before, undefined);
  });
}

/** Where plans need approval, what judges them is not swapped while they run. */
async function refuseOtherJudge(ctx: ProjectCtx, { findAsking }: SourceDeps): Promise<void> {
  const environments = await listProjectEnvironments(ctx.db, ctx.projectId);
  const own = environments.find(({ id }) => id === ctx.environment.id);
  if ((own?.protection.requiredApprovals ?? 0) === 0) return;
  const flagKey = await findAsking?.(ctx.db, ctx.environment.id);
  if (flagKey === undefined) return;
  const detail = `The environment is protected, and the rollout of “${flagKey}” is judged by this Prometheus; end it first.`;
  fail('conflict', { attr: 'url', detail });
}

function audit(
  ctx: ProjectCtx,
  action: string,
  before: StoredSource | undefined,
  after: StoredSource | undefined,
) {
  const view = (source: StoredSource | undefined) =>
    source && { url: source.url, has_token: source.tokenBox !== null };
  return recordAudit(ctx, {
    projectId: ctx.projectId,
    environmentId: ctx.environment.id,
    action,
    resourceKind: 'metric_source',
    resourceId: String(ctx.environment.id),
    before: view(before),
    after: view(after),
  });
}

const MINUTE_MS = 60_000;
const SHOWN_SERIES = 10;

export type Tested = {
  readonly error: string | null;
  readonly series: readonly {
    readonly labels: PrometheusSeries['labels'];
    readonly value: number | null;
  }[];
};

/** One query of now; never throws for what the source does. */
export async function testSource(
  ctx: ProjectCtx,
  deps: SourceDeps,
  query: string,
): Promise<Tested> {
  const nowMs = ctx.clock.now();
  const asked = query.replaceAll('$window', '60s');
  const stretch = { query: asked, fromMs: nowMs, toMs: nowMs, stepMs: MINUTE_MS };
  try {
    const target = await targetOf(ctx, deps, ctx.environment.id);
    const series = await queryRange(deps.outgoing, target, stretch);
    const shown = series.slice(0, SHOWN_SERIES).map(({ labels, readings }) => ({
      labels,
      value: [...readings.values()].at(-1) ?? null,
    }));
    return { error: null, series: shown };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { error: error.message, series: [] };
  }
}

async function targetOf(
  { db }: Pick<Ctx, 'db'>,
  { sealKey }: SourceDeps,
  environmentId: number,
): Promise<PrometheusTarget> {
  const source = await findSource(db, environmentId);
  if (!source) throw new SourceError('This environment has no Prometheus.');
  if (source.tokenBox === null) return { url: source.url, token: null };
  const key = await sealKey();
  try {
    return { url: source.url, token: unseal(key, source.tokenBox) };
  } catch (error) {
    const message = 'The token of Prometheus was sealed with another key; set it again.';
    throw new SourceError(message, false, error);
  }
}

/** Rows of each reading since the beginning of a stage. @throws SourceError when one cannot be had */
export async function readAll(
  ctx: Pick<Ctx, 'db'>,
  deps: SourceDeps,
  environmentId: number,
  asked: { readonly readings: readonly Reading[]; readonly fromMs: number; readonly toMs: number },
): Promise<Readings[]> {
  const target = await targetOf(ctx, deps, environmentId);
  return Promise.all(
    asked.readings.map((reading) => readOne(deps.outgoing, target, reading, asked)),
  );
}

async function readOne(
  outgoing: Outgoing,
  target: PrometheusTarget,
  reading: Reading,
  stretch: { readonly fromMs: number; readonly toMs: number },
): Promise<Readings> {
  const windows = windowsOf(reading, stretch);
  if (windows === null) return [];
  const { firstMs, lastMs, stepMs } = windows;
  const range = { fromMs: firstMs, toMs: lastMs, stepMs };
  const answers = await Promise.all(
    queriesOf(reading, stepMs).map((query) => queryRange(outgoing, target, { ...range, query })),
  );
  const count = Math.round((lastMs - firstMs) / stepMs) + 1;
  const ends = Array.from({ length: count }, (_, i) => firstMs + i * stepMs);
  try {
    return rowsOf(reading, answers, ends);
  } catch (error) {
    throw new SourceError(error instanceof Error ? error.message : String(error), true, error);
  }
}
