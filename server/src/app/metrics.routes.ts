// `/metrics`: Serin about itself, for a Prometheus that has the token of SERIN_METRICS_TOKEN.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Ingest } from '#ingest';
import { countRefused } from '#ingest';
import { fail } from '#kernel/errors';
import { readOutbox } from '#notify';
import type { Ctx } from '#platform/ctx';
import type { ReplayIntake } from '#replay';
import { type RolloutGauges, readRolloutGauges } from '#rollouts';
import { type Family, OPEN_METRICS, openMetrics } from './openmetrics.ts';

type MetricsDeps = {
  readonly ctx: Ctx;
  readonly ingest: Pick<Ingest, 'stats' | 'watermarkMs'>;
  readonly replay: { readonly intake: Pick<ReplayIntake, 'waitingBytes' | 'refusedParts'> };
  /** Without one there is no such page. */
  readonly metricsToken?: string | undefined;
};

export function registerMetrics(
  app: FastifyInstance,
  { ctx, ingest, replay, metricsToken }: MetricsDeps,
): void {
  if (metricsToken === undefined) return;
  const failures = countFailures(ctx);
  app.get('/metrics', { logLevel: 'warn' }, async (request, reply) => {
    if (!isSame(request.headers.authorization ?? '', `Bearer ${metricsToken}`)) {
      fail('not_authenticated', { detail: 'Send SERIN_METRICS_TOKEN as a bearer token.' });
    }
    const nowMs = ctx.clock.now();
    const [rollouts, outbox, refused] = await Promise.all([
      readRolloutGauges(ctx.db, nowMs),
      readOutbox(ctx.db, nowMs),
      countRefused(ctx.db),
    ]);
    const families = [
      ...rolloutFamilies(rollouts),
      counter('rollout_source_errors', 'Looks of this process that could not read something.', [
        ...failures.values(),
      ]),
      one('outbox_pending', 'gauge', 'Notifications that are not delivered yet.', outbox.pending),
      one('outbox_oldest_seconds', 'gauge', 'Age of the oldest of them.', outbox.oldestMs / 1000),
      ...ingestFamilies(ingest, refused, nowMs),
      ...recordingFamilies(replay.intake),
    ];
    return reply.type(OPEN_METRICS).send(openMetrics(families));
  });
}

/** By flag: what happens between two visits of the page shows, too. */
function countFailures({ events }: Ctx): ReadonlyMap<string, Family['samples'][number]> {
  const failures = new Map<string, Family['samples'][number]>();
  events.on('rollout.source_failed', ({ projectId, flagKey }) => {
    const labels = { project: String(projectId), flag: flagKey };
    const key = `${projectId}:${flagKey}`;
    failures.set(key, { labels, value: (failures.get(key)?.value ?? 0) + 1 });
  });
  return failures;
}

/** In a time that does not tell how much of it is right. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

const one = (name: string, kind: Family['kind'], help: string, value: number): Family => ({
  name,
  kind,
  help,
  samples: [{ labels: {}, value }],
});

const counter = (name: string, help: string, samples: Family['samples']): Family => ({
  name,
  kind: 'counter',
  help,
  samples,
});

function rolloutFamilies({ rollouts, evidence, holds, rollbacks }: RolloutGauges): Family[] {
  return [
    {
      name: 'rollout_state',
      kind: 'gauge',
      help: 'Running rollouts: 1 for the state that each is in.',
      samples: rollouts.map(({ labels, state }) => ({ labels: { ...labels, state }, value: 1 })),
    },
    ...rolloutGauges(rollouts),
    {
      name: 'rollout_log_e',
      kind: 'gauge',
      help: 'Natural logarithm of the evidence of harm of a guardrail at the last look.',
      samples: evidence,
    },
    counter('rollout_holds', 'Holds by their reason.', holds),
    counter(
      'rollout_rollbacks',
      'Rollbacks: for harm that was seen, or because somebody asked.',
      rollbacks,
    ),
  ];
}

function rolloutGauges(rollouts: RolloutGauges['rollouts']): Family[] {
  type Running = RolloutGauges['rollouts'][number];
  const gauge = (name: string, help: string, read: (one: Running) => number | null): Family => ({
    name,
    kind: 'gauge',
    help,
    samples: rollouts.flatMap((rollout) => {
      const value = read(rollout);
      return value === null ? [] : [{ labels: rollout.labels, value }];
    }),
  });
  const lag = 'Time since the last look that found something out.';
  const errors = 'Looks in a row at which something could not be read.';
  return [
    gauge('rollout_stage_percent', 'Percentage of the stage.', (one) => one.percent),
    gauge('rollout_evaluation_seconds', 'How long the last look took.', (one) => one.lookSeconds),
    gauge('rollout_evaluation_lag_seconds', lag, (one) => one.lagSeconds),
    gauge('rollout_source_errors_in_a_row', errors, (one) => one.sourceErrors),
  ];
}

function ingestFamilies(ingest: MetricsDeps['ingest'], refused: number, nowMs: number): Family[] {
  const { acceptedEvents, storedEvents, refusedRequests, waitingBytes } = ingest.stats();
  const lag = Math.max(0, nowMs - ingest.watermarkMs()) / 1000;
  return [
    one('ingest_accepted_events', 'counter', 'Events accepted by this process.', acceptedEvents),
    one('ingest_stored_events', 'counter', 'Events stored by this process.', storedEvents),
    one('ingest_refused_requests', 'counter', 'Requests told to come again.', refusedRequests),
    one(
      'ingest_refused_events',
      'gauge',
      'Events that the event store refused and that are kept.',
      refused,
    ),
    one('ingest_waiting_bytes', 'gauge', 'Accepted and not stored yet.', waitingBytes),
    one('ingest_lag_seconds', 'gauge', 'Age of the oldest event that is not stored yet.', lag),
  ];
}

function recordingFamilies(intake: MetricsDeps['replay']['intake']): Family[] {
  const refused =
    'Parts of recordings that could not be stored, and never can; the log says which.';
  const waiting = 'Accepted recordings that are not stored yet.';
  return [
    one('recordings_refused_parts', 'counter', refused, intake.refusedParts()),
    one('recordings_waiting_bytes', 'gauge', waiting, intake.waitingBytes()),
  ];
}
