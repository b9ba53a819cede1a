// Change notification of OFREP (ADR-0008, service/event-streams.yaml): tells clients to ask again, never what changed.
import type { FastifyInstance } from 'fastify';
import { fail } from '#kernel/errors';
import { sseText } from '#platform/http/sse';
import { openStream } from '#sdk/stream/open-stream.routes';
import type { StreamHub } from '#sdk/stream/stream-hub.service';
import { STREAM_PATH, type StreamOffers } from './stream-offers.service.ts';
import { concernsValues, refetchEvent } from './wire/ofrep-refetch.ts';

/** At most one event a second: an event makes every client ask. */
const MIN_PAUSE_MS = 1000;

export function registerOfrepStream(
  sdk: FastifyInstance,
  offers: StreamOffers,
  hub: StreamHub,
): void {
  const channel = hub.channel({
    minPauseMs: MIN_PAUSE_MS,
    // ofrep-web-provider 0.4.3 does not ask again when a broken stream is back.
    greet: (snapshot, lastEventId) =>
      lastEventId === snapshot.version ? '' : sseText(refetchEvent(snapshot)),
    encode: (change) =>
      concernsValues(change) ? sseText(refetchEvent(change.current)) : undefined,
  });
  sdk.get(STREAM_PATH, { exposeHeadRoute: false }, (request, reply) => {
    const { token } = request.query as { token?: unknown };
    const environment = typeof token === 'string' ? offers.environmentOf(token) : undefined;
    if (!environment) {
      fail('authentication_failed', {
        detail: 'This address is not good any more: a new one is in the answer for all flags.',
      });
    }
    openStream(channel, environment.id, request, reply);
  });
}
