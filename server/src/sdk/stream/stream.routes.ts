// Event streams of Serin's own, per environment: a public one for browsers (by project token) and one for
// servers (by key). Their events are described in docs/delivery.md.
import type { FastifyInstance } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import type { FlagSnapshot } from '#flags/snapshot';
import { fail } from '#kernel/errors';
import { sseText } from '#platform/http/sse';
import { environmentForKey } from '#sdk/http/key-access.service';
import { openStream } from './open-stream.routes.ts';
import { definitionsChange, missedEvent, publicChange, readyEvent } from './stream-events.ts';
import type { StreamHub } from './stream-hub.service.ts';

/** Registers both streams. HEAD is left out: it would hold a connection for nothing. */
export function registerStreams(
  sdk: FastifyInstance,
  accounts: AccountsDirectory,
  hub: StreamHub,
): void {
  const browsers = hub.channel({
    greet,
    encode: (change, listeners) => textOf(publicChange(change, listeners)),
  });
  const servers = hub.channel({ greet, encode: (change) => textOf(definitionsChange(change)) });
  const options = { exposeHeadRoute: false };
  sdk.get('/flags/stream', options, (request, reply) => {
    const { token } = request.query as { token?: unknown };
    const environment = typeof token === 'string' && accounts.findEnvironmentByToken(token);
    if (!environment) fail('invalid_api_key', { attr: 'token' });
    openStream(browsers, environment.id, request, reply);
  });
  sdk.get('/flags/definitions/stream', options, async (request, reply) => {
    const environment = await environmentForKey(accounts, request);
    openStream(servers, environment.id, request, reply);
    return reply;
  });
}

function greet(snapshot: FlagSnapshot, lastEventId: string | undefined): string {
  const ready = sseText(readyEvent(snapshot));
  const hasMissed = lastEventId !== undefined && lastEventId !== snapshot.version;
  return hasMissed ? ready + sseText(missedEvent(snapshot)) : ready;
}

const textOf = (event: Parameters<typeof sseText>[0] | undefined): string | undefined =>
  event && sseText(event);
