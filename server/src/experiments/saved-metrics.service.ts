// Metrics that several experiments share. Every change is one transaction: row, version counted up, audit entry.
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import { type ProjectCtx, inTransaction, userIdOf } from '#platform/ctx';
import { type MetricUse, listUsesOfMetrics } from './metric-uses.store.ts';
import type { Metric } from './metric.ts';
import {
  type MetricPage,
  type SavedMetric as MetricRow,
  type SavedMetricFields,
  deleteMetricRow,
  findMetricRows,
  insertMetric,
  listMetricRows,
  updateMetricRow,
} from './saved-metrics.store.ts';

/** A shared metric with the experiments that use it. */
export type SavedMetric = MetricRow & { readonly usedBy: readonly MetricUse[] };

/** More than this nobody finds again. */
const MAX_METRICS = 1_000;

export async function listSavedMetrics(
  ctx: ProjectCtx,
  page: MetricPage,
): Promise<{ count: number; metrics: SavedMetric[] }> {
  const { count, metrics } = await listMetricRows(ctx.db, ctx.projectId, page);
  return { count, metrics: await withUses(ctx, metrics) };
}

async function withUses(ctx: ProjectCtx, metrics: readonly MetricRow[]): Promise<SavedMetric[]> {
  const ids = metrics.map(({ id }) => id);
  const uses = await listUsesOfMetrics(ctx.db, ctx.projectId, ids);
  return metrics.map((metric) => ({ ...metric, usedBy: uses.get(metric.id) ?? [] }));
}

/** @throws not_found */
export async function getSavedMetric(ctx: ProjectCtx, id: number): Promise<SavedMetric> {
  const [found] = await withUses(ctx, await findMetricRows(ctx.db, ctx.projectId, [id]));
  return found ?? fail('not_found', { detail: 'There is no such metric.' });
}

/** @throws invalid_input when the project has too many of them */
export async function createSavedMetric(
  ctx: ProjectCtx,
  fields: SavedMetricFields,
): Promise<SavedMetric> {
  return inTransaction(ctx, async (tx) => {
    const { count } = await listMetricRows(tx.db, tx.projectId, FIRST);
    if (count >= MAX_METRICS) {
      fail('invalid_input', { detail: `A project has at most ${MAX_METRICS} shared metrics.` });
    }
    const id = await insertMetric(tx.db, {
      ...fields,
      query: withUuid(fields.query),
      projectId: tx.projectId,
      createdBy: userIdOf(tx),
      at: new Date(tx.clock.now()),
    });
    const saved = await getSavedMetric(tx, id);
    await audit(tx, id, 'created', undefined, saved);
    return saved;
  });
}
const FIRST: MetricPage = { search: undefined, limit: 1, offset: 0 };

/**
 * Changes what is given; a change of nothing counts no version up.
 * @throws conflict when `version` is given and not the current one; not_found
 */
export async function updateSavedMetric(
  ctx: ProjectCtx,
  id: number,
  change: { readonly [F in keyof SavedMetricFields]?: SavedMetricFields[F] | undefined },
  version: number | undefined,
): Promise<SavedMetric> {
  return inTransaction(ctx, async (tx) => {
    const before = await lockMetric(tx, id);
    if (version !== undefined && version !== before.version) fail('conflict', { attr: 'version' });
    const { query } = change;
    const wanted: SavedMetricFields = {
      name: change.name ?? before.name,
      description: change.description ?? before.description,
      // Results are kept under the metric's own id, whatever becomes of its definition.
      query: query ? { ...query, uuid: before.query.uuid } : before.query,
      tags: change.tags ?? before.tags,
    };
    if (canonicalJson(wanted) === canonicalJson(fieldsOf(before))) return before;
    const at = new Date(tx.clock.now());
    await updateMetricRow(tx.db, id, { ...wanted, version: before.version + 1, at });
    const after = await getSavedMetric(tx, id);
    await audit(tx, id, 'updated', before, after);
    return after;
  });
}

/** @throws not_found; has_dependents while an experiment uses it */
export async function deleteSavedMetric(ctx: ProjectCtx, id: number): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const before = await lockMetric(tx, id);
    const { usedBy } = before;
    if (usedBy.length > 0) {
      const names = usedBy.map(({ name }) => name).join(', ');
      const detail = `These experiments use it: ${names}. Take it from them first.`;
      fail('has_dependents', { detail });
    }
    await deleteMetricRow(tx.db, id);
    await audit(tx, id, 'deleted', before, undefined);
  });
}

/** A metric with an id of its own, under which its results are kept. */
export function withUuid<M extends Metric>(metric: M): M {
  return metric.uuid ? metric : { ...metric, uuid: crypto.randomUUID() };
}

async function lockMetric(tx: ProjectCtx, id: number): Promise<SavedMetric> {
  const rows = await findMetricRows(tx.db, tx.projectId, [id], true);
  const [found] = await withUses(tx, rows);
  return found ?? fail('not_found', { detail: 'There is no such metric.' });
}

function fieldsOf({ name, description, query, tags }: SavedMetricFields): SavedMetricFields {
  return { name, description, query, tags };
}

async function audit(
  tx: ProjectCtx,
  id: number,
  action: string,
  before: SavedMetric | undefined,
  after: SavedMetric | undefined,
): Promise<void> {
  await recordAudit(tx, {
    projectId: tx.projectId,
    action,
    resourceKind: 'experiment_saved_metric',
    resourceId: String(id),
    before: before && fieldsOf(before),
    after: after && fieldsOf(after),
  });
}
