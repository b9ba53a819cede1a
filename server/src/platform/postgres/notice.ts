// The text of a notice between replicas: what happened, and who said so.
import { z } from 'zod';
import type { DomainEvents } from '#kernel/events';

/** The domain events that other replicas must learn. */
const CROSSING = [
  'flag.changed',
  'accounts.changed',
  'rollout.changed',
  'change.changed',
  'person.changed',
] as const;
type Crossing = (typeof CROSSING)[number];

export type Notice = {
  [N in Crossing]: { readonly event: N; readonly payload: DomainEvents[N] };
}[Crossing];

/** PostgreSQL refuses a payload of 8000 bytes or more. */
const MAX_BYTES = 7_900;

const Text = z.object({
  from: z.string(),
  event: z.enum(CROSSING),
  payload: z.record(z.string(), z.unknown()),
});

/** One text per notice; several where a person's distinct ids do not fit into one. */
export function splitNotice(notice: Notice, from: string): string[] {
  const text = JSON.stringify({ from, ...notice });
  if (Buffer.byteLength(text) <= MAX_BYTES) return [text];
  if (notice.event !== 'person.changed') throw new Error(`The notice ${notice.event} is too long.`);
  const { distinctIds } = notice.payload;
  if (distinctIds.length <= 1) return [];
  const middle = Math.ceil(distinctIds.length / 2);
  const part = (ids: readonly string[]): string[] =>
    splitNotice({ ...notice, payload: { ...notice.payload, distinctIds: ids } }, from);
  return [...part(distinctIds.slice(0, middle)), ...part(distinctIds.slice(middle))];
}

/** Undefined for anything that is not a notice of ours. */
export function parseNotice(text: string): (Notice & { readonly from: string }) | undefined {
  try {
    return Text.parse(JSON.parse(text)) as Notice & { from: string };
  } catch {
    return undefined;
  }
}
