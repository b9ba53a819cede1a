// How often flags may be asked for in one environment, so that one that runs wild does not starve the others. Clients
// that are refused keep the values they have: posthog-js 1.434 and posthog-node 5.70 do so on any status but 200, and
// OpenFeature's providers wait for the time in Retry-After (OFREP 0.3.0).
import type { Ingest } from '#ingest';
import type { Clock } from '#kernel/clock';
import { fail } from '#kernel/errors';
import { createRateLimit } from '#kernel/rate-limit';

/** Servers with a secret key have a share of their own: what every browser may do is not to starve them. */
type Asker = 'server' | 'anyone';

export interface FlagLimit {
  /** Counts one request. @throws rate_limit_exceeded with the seconds to wait */
  take(environmentId: number, asker?: Asker): void;
}

type Deps = {
  /** 0: any number. */
  readonly flagRequestsPerSecond: number;
  readonly clock: Clock;
  readonly ingest: Pick<Ingest, 'note'>;
};

const MAX_ENVIRONMENTS = 10_000;

export function createFlagLimit({ flagRequestsPerSecond, clock, ingest }: Deps): FlagLimit {
  const limits = {
    server: createRateLimit<number>(flagRequestsPerSecond, MAX_ENVIRONMENTS),
    anyone: createRateLimit<number>(flagRequestsPerSecond, MAX_ENVIRONMENTS),
  };
  return {
    take(environmentId, asker = 'anyone') {
      const waitMs = limits[asker].take(environmentId, clock.now());
      if (waitMs === 0) return;
      const detail = `Flags were asked for more than ${flagRequestsPerSecond} times per second.`;
      ingest.note(environmentId, 'flag_requests_rate_limited', { detail });
      fail('rate_limit_exceeded', { detail, retryAfterSeconds: Math.ceil(waitMs / 1000) });
    },
  };
}
