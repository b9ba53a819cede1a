// Recordings of sessions from SDKs: `POST /s/`, of whatever age (posthog-js sends a list of `$snapshot` events, as gzip
// that calls itself text). It is told 200 only when they are on disk.
import type { FastifyInstance } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import { LIMITS } from '#ingest';
import type { ReplayIntake } from '#replay';

type Deps = {
  readonly accounts: Pick<AccountsDirectory, 'findEnvironmentByToken'>;
  readonly recordings: Pick<ReplayIntake, 'accept'>;
};

/**
 * posthog-js drops recordings on any 4xx, so that is only for what can never be used; 5xx it sends again ten times.
 * Where nothing is recorded it is told `quota_limited`: it then pauses for a minute (1.434.18, `rate-limiter`).
 */
export function registerRecordingIntake(
  sdk: FastifyInstance,
  { accounts, recordings }: Deps,
): void {
  sdk.post('/s', { bodyLimit: LIMITS.large.bodyBytes }, async (request, reply) => {
    const raw = {
      body: request.body as Buffer | undefined,
      contentType: request.headers['content-type'],
      contentEncoding: request.headers['content-encoding'],
      query: { ...(request.query as Readonly<Record<string, unknown>>) },
    };
    const kept = await recordings.accept(raw, request.ip, (token) =>
      accounts.findEnvironmentByToken(token),
    );
    return reply.send(kept === 'kept' ? { status: 1 } : { quota_limited: ['recordings'] });
  });
}
