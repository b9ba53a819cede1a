// How long a request for definitions that are unchanged may be kept waiting for a change, by SDK: a little less
// than its own patience, so that an SDK that polls learns of a change as if it were told.

type Waiter = { readonly agent: RegExp; readonly patienceMs: number };

/**
 * posthog-node, -python and -ruby give up after 10 s (node: `requestTimeout`), posthog-go after 3 s. Others are not
 * known to wait. Ruby and Go write their version in ways of their own (`posthog-ruby3.1.0`).
 */
const WAITERS: readonly Waiter[] = [
  { agent: /^posthog-(node|python|ruby)(?![a-z])/i, patienceMs: 8000 },
  { agent: /^posthog-go(?![a-z])/i, patienceMs: 2000 },
];
/** The last quarter is left to chance, so that clients that began together do not stay together. */
const JITTER_SHARE = 0.25;

/** Milliseconds; 0 for clients that are to be answered at once. */
export function patienceOf(userAgent: string | undefined): number {
  return WAITERS.find(({ agent }) => agent.test(userAgent ?? ''))?.patienceMs ?? 0;
}

/** Milliseconds between three quarters of the limit and all of it. `random` is uniform in [0, 1). */
export function holdTime(limitMs: number, random: number): number {
  return limitMs * (1 - JITTER_SHARE * random);
}
