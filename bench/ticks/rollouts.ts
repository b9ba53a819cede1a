// The rollouts of the benchmark of ticks: what they ask, and pieces of what looks have counted.
import { randomUUID } from 'node:crypto';
import type { ExposureQuestion } from '../../server/src/metrics/exposure-sql.ts';
import type { Outcome } from '../../server/src/metrics/outcome.ts';
import type { Piece } from '../../server/src/metrics/pieces.store.ts';
import type { Command } from '../insights/store.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const match = (event: string) => ({ event, filters: [] });
const basket = { ...match('purchase'), property: 'basket_value' };
const duration = { ...match('api_request'), property: 'duration_ms' };
export const GUARDRAILS: readonly Outcome[] = [
  { kind: 'any', ...match('$exception') },
  { kind: 'any', ...match('signup_started') },
  { kind: 'sessions', ...match('$exception') },
  { kind: 'steps', steps: [match('checkout_started'), match('purchase')], windowMs: DAY_MS },
  { kind: 'above', series: duration, treatment: 850, control: 850 },
  { kind: 'spread', series: duration, level: 0.95 },
  { kind: 'tally', y: basket, cap: 500, above: null, x: null },
  { kind: 'tally', y: { ...match('$pageview'), property: null }, cap: 100, above: null, x: null },
];

/** What a rollout asks whose stage is so old, at a moment. */
export const question = (
  ageDays: number,
  nowMs: number,
  watermarkMs: number,
): ExposureQuestion => ({
  environmentId: 1,
  flagKey: 'new-checkout',
  treatmentValue: 'test',
  assignment: { kind: 'hash', share: 0.5 },
  settledAtMs: nowMs - ageDays * DAY_MS,
  watermarkMs,
  flagCreatedAtMs: nowMs - 60 * DAY_MS,
  bucketMs: MINUTE_MS,
  settleMs: 2 * MINUTE_MS,
  noDataAfterMs: 30 * MINUTE_MS,
  toldApartFor: null,
  leftOutIds: [],
  outcomes: GUARDRAILS,
});

/** The same for so many other rollouts. */
export async function copyPiece(
  command: Command,
  { id, rows }: Piece,
  copies: number,
): Promise<Piece[]> {
  const ids = Array.from({ length: copies }, () => randomUUID());
  const list = ids.map((copy) => `toUUID('${copy}')`).join(', ');
  for (const table of ['rollout_piece', 'rollout_sum']) {
    await command(`INSERT INTO ${table} SELECT * EXCEPT (copy) REPLACE (copy AS piece)
      FROM (SELECT *, arrayJoin([${list}]) AS copy FROM ${table} WHERE piece = '${id}')`);
  }
  return ids.map((copy) => ({ id: copy, rows }));
}
