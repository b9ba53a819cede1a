// The address under which a client hears that it should ask again. EventSource sends no headers, so the address holds
// a token of its own: signed, for one environment, for some hours, good for nothing else.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AccountsDirectory } from '#accounts';
import type { Clock } from '#kernel/clock';
import type { EnvironmentRef } from '#platform/ctx';

/** 6 h: how long the same address is offered. A new one means that every client gets a full answer once. */
const WINDOW_MS = 6 * 3_600_000;
/** So a token opens streams for 6 to 12 h, far longer than a hidden page waits before it closes its own. */
const WINDOWS_OPEN = 2;
/** 120 s: OFREP's default, said all the same. */
const INACTIVITY_DELAY_SECONDS = 120;
const TOKEN = /^(\d{1,10})\.(\d{1,13})\.([\w-]{43})$/;

export const STREAM_PATH = '/ofrep/v1/stream';

/** What a bulk answer says of streams. */
type StreamOffer = {
  /** JSON of `eventStreams`. */
  readonly json: string;
  /** Differs when the address does; part of the ETag, because a 304 leaves a client with the old address. */
  readonly window: number;
};

export interface StreamOffers {
  offerFor(environmentId: number): StreamOffer;
  /** The environment whose changes a token may hear; undefined for a token that is not (or no longer) good. */
  environmentOf(token: string): EnvironmentRef | undefined;
}

type Deps = {
  readonly accounts: Pick<AccountsDirectory, 'environmentById'>;
  readonly clock: Clock;
  readonly secret: Buffer;
  /** Path below which a proxy serves us; empty at the root. Browsers know the origin better than we do. */
  readonly basePath: string;
};

export function createStreamOffers({ accounts, clock, secret, basePath }: Deps): StreamOffers {
  const offers = new Map<number, StreamOffer>();
  const sign = (claim: string): string =>
    createHmac('sha256', secret).update(claim).digest('base64url');
  return {
    offerFor(environmentId) {
      const window = Math.floor(clock.now() / WINDOW_MS);
      const known = offers.get(environmentId);
      if (known?.window === window) return known;
      const claim = `${environmentId}.${(window + WINDOWS_OPEN) * WINDOW_MS}`;
      const requestUri = `${basePath}${STREAM_PATH}?token=${claim}.${sign(claim)}`;
      const stream = {
        type: 'sse',
        endpoint: { requestUri },
        inactivityDelaySec: INACTIVITY_DELAY_SECONDS,
      };
      const made = { json: JSON.stringify([stream]), window };
      offers.set(environmentId, made);
      return made;
    },
    environmentOf(token) {
      const [, environmentId, closesAtMs, signature = ''] = TOKEN.exec(token) ?? [];
      if (environmentId === undefined || Number(closesAtMs) <= clock.now()) return undefined;
      const expected = sign(`${environmentId}.${closesAtMs}`);
      const isSigned = timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
      return isSigned ? accounts.environmentById(Number(environmentId)) : undefined;
    },
  };
}
