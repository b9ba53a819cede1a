// Recordings whose time is over: their partitions, one for each week and number of days, are dropped as a whole. By our
// clock, not the store's.
import type { Ctx } from '#platform/ctx';
import { forgetPlaces } from './store/places.store.ts';
import { type ReplayPartition, dropPartition, readPartitions } from './store/partitions.query.ts';

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;

/** Drops what is past. Repeating it is harmless. */
export async function expireRecordings({
  clickhouse,
  clock,
  db,
}: Pick<Ctx, 'clickhouse' | 'clock' | 'db'>): Promise<ReplayPartition[]> {
  const dropped: ReplayPartition[] = [];
  for (const partition of await readPartitions(clickhouse)) {
    // The last day of the week counts.
    const endMs = Date.parse(partition.week) + (WEEK_DAYS + partition.days) * DAY_MS;
    if (endMs > clock.now()) continue;
    await dropPartition(clickhouse, partition);
    dropped.push(partition);
  }
  await forgetPlaces(db, new Date(clock.now()));
  return dropped;
}
