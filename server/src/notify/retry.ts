// When a delivery is tried again, and when it is given up. Schedules: Standard Webhooks 1.0 for messages, short
// steps for channels that wake somebody.

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const PATIENT_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
/** 5, 10, 20, 40, 60 s and then every minute for half an hour. */
const URGENT_MS = [5, 10, 20, 40, ...Array.from({ length: 31 }, () => 60)].map(
  (seconds) => seconds * SECOND_MS,
);
/** Up to a tenth later, so that deliveries that failed together do not come back together. */
const JITTER = 0.1;

export type Urgency = 'patient' | 'urgent';

/** Milliseconds to the next try after `attempts` failed ones; null when there is none. */
export function retryDelayMs(urgency: Urgency, attempts: number, random: number): number | null {
  const delay = (urgency === 'urgent' ? URGENT_MS : PATIENT_MS)[attempts - 1];
  return delay === undefined ? null : Math.round(delay * (1 + JITTER * random));
}

export type Outcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'retry'; readonly afterMs: number | null }
  | { readonly kind: 'failed' }
  /** The receiver is gone for good (410): the channel is switched off. */
  | { readonly kind: 'gone' };

/** What an HTTP status means: trying again helps against overload and faults of theirs, against nothing else. */
export function outcomeOf(status: number, retryAfterMs: number | null): Outcome {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 410) return { kind: 'gone' };
  if (status === 429 || status >= 500) return { kind: 'retry', afterMs: retryAfterMs };
  return { kind: 'failed' };
}
