// Erases events that are older than their project keeps them, day by day (UTC). A mutation touches only the
// parts that hold such events.
import { recordAudit } from '#audit';
import { forgetWords } from '#errors';
import { expireRecordings } from '#replay';
import { countRows, findMutating, startDeleting } from '#platform/clickhouse/mutations';
import { type Ctx, inTransaction } from '#platform/ctx';
import { type Loop, acquireLease, releaseLease, runEvery } from '#platform/scheduler';
import { ERASING, expiredEvents, startOfKept } from './deletion.ts';
import { findRetentions } from './retention.store.ts';

/** 1 h: more often than days pass, so that a restart puts nothing off for long. */
const LOOK_EVERY_MS = 3_600_000;
const LEASE = { name: 'retention', ttlMs: 600_000 };

/** Runs until stopped, on one replica at a time. */
export function startRetention(ctx: Ctx, holder: string): Loop {
  const { db, log, clock } = ctx;
  const job = async () => {
    const request = { ...LEASE, holder };
    const token = await acquireLease(db, request);
    if (token === undefined) return;
    try {
      await expireEvents(ctx);
      const dropped = await expireRecordings(ctx);
      if (dropped.length > 0) log.info({ dropped }, 'recordings are past their time');
    } finally {
      await releaseLease(db, { ...request, token });
    }
  };
  return runEvery({ name: 'retention', intervalMs: LOOK_EVERY_MS, job, log, clock });
}

/** Looks once, and starts erasing what is past. */
export async function expireEvents(ctx: Ctx): Promise<void> {
  const { db, clickhouse, clock } = ctx;
  for (const { projectId, days, environmentIds } of await findRetentions(db)) {
    const sinceMs = startOfKept(clock.now(), days);
    let events = 0;
    for (const target of expiredEvents(environmentIds, sinceMs)) {
      const rows = await countRows(clickhouse, target, ERASING);
      // One at a time: what is under way may be these very events.
      if (rows === 0 || (await findMutating(clickhouse)).has(target.table)) continue;
      if (target.table === 'exception') {
        // Whoever is deleted later is found by their rows alone: what these said is quoted no longer than they stay.
        for (const id of environmentIds) await forgetWords(ctx, id, target.where);
      }
      await startDeleting(clickhouse, target, ERASING);
      if (target.table === 'events') events = rows;
    }
    if (events === 0) continue;
    await inTransaction(ctx, (tx) =>
      recordAudit(tx, {
        projectId,
        action: 'events_expired',
        resourceKind: 'project',
        resourceId: String(projectId),
        after: { events, older_than: new Date(sinceMs).toISOString(), retention_days: days },
      }),
    );
  }
}
