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
  'group.changed',
  'echo.asked',
  'echo.answered',
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

/** One text per notice; several where a list of ids does not fit into one. */
export function splitNotice(notice: Notice, from: string): string[] {
  const text = JSON.stringify({ from, ...notice });
  if (Buffer.byteLength(text) <= MAX_BYTES) return [text];
  return halves(notice).flatMap((half) => splitNotice(half, from));
}

/** The notice in two with half of the ids each; none for a single id that is too long by itself. */
function halves(notice: Notice): Notice[] {
  const { event, payload } = notice;
  switch (event) {
    case 'person.changed':
      return halved(payload.distinctIds).map((distinctIds) => ({
        event,
        payload: { ...payload, distinctIds },
      }));
    case 'group.changed':
      return halved(payload.groupIds).map((groupIds) => ({
        event,
        payload: { ...payload, groupIds },
      }));
    default:
      throw new Error(`The notice ${event} is too long.`);
  }
}

function halved(ids: readonly string[]): readonly string[][] {
  if (ids.length <= 1) return [];
  const middle = Math.ceil(ids.length / 2);
  return [ids.slice(0, middle), ids.slice(middle)];
}

/** Undefined for anything that is not a notice of ours. */
export function parseNotice(text: string): (Notice & { readonly from: string }) | undefined {
  try {
    return Text.parse(JSON.parse(text)) as Notice & { from: string };
  } catch {
    return undefined;
  }
}
