// Recordings whose time is over: their partitions, one for each week and number of days, are dropped as a whole. By our
// clock, not the store's.
import type { Ctx } from '#platform/ctx';
import { erasureMs } from './store/kept.ts';
import { forgetPlaces } from './store/places.store.ts';
import { type ReplayPartition, dropPartition, readPartitions } from './store/partitions.query.ts';

/** Drops what is past. Repeating it is harmless. */
export async function expireRecordings({
  clickhouse,
  clock,
  db,
}: Pick<Ctx, 'clickhouse' | 'clock' | 'db'>): Promise<ReplayPartition[]> {
  const dropped: ReplayPartition[] = [];
  for (const partition of await readPartitions(clickhouse)) {
    if (erasureMs(Date.parse(partition.week), partition.days) > clock.now()) continue;
    await dropPartition(clickhouse, partition);
    dropped.push(partition);
  }
  await forgetPlaces(db, new Date(clock.now()));
  return dropped;
}
