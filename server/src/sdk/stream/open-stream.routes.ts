// From a Fastify route to a stream: what every protocol with streams of its own does.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Channel } from './stream-hub.service.ts';

/** Hands the answer over to the channel, with the headers that the plugin has set. */
export function openStream(
  channel: Channel,
  environmentId: number,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  channel.open(environmentId, request.raw, reply.raw);
  reply.hijack();
}
