// Server-sent events for the web app: heartbeats, back-pressure, and an end when the server stops.
import type { Server } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SSE_HEADERS, sseRetry, sseText } from './sse.ts';

const HEARTBEAT_MS = 15_000; // 15 s: under the usual 30–60 s idle timeouts of proxies
/** An event, since a page sees no comments: so that it notices a connection that died in silence. */
const HEARTBEAT = sseText({ event: 'heartbeat', data: null });
const MAX_BUFFERED_BYTES = 1024 * 1024; // 1 MiB: a reader this far behind is cut off and reconnects

export type LiveStream = {
  /** Sends one event; `id` lets the browser resume. Returns false when the reader is gone. */
  send(event: string, data: unknown, id?: string): boolean;
  /** Runs when the reader leaves or the server closes the stream. */
  onClose(action: () => void): void;
  close(): void;
};

const openByServer = new WeakMap<Server, Set<LiveStream>>();

function streamsOf(server: Server): Set<LiveStream> {
  const streams = openByServer.get(server) ?? new Set();
  openByServer.set(server, streams);
  return streams;
}

/** Turns the answer into an event stream. The route's contract must have `stream: true`. */
export function openLive(request: FastifyRequest, reply: FastifyReply): LiveStream {
  reply.hijack();
  const { raw } = reply;
  const siblings = streamsOf(request.server.server);
  raw.writeHead(200, { ...SSE_HEADERS, connection: 'keep-alive' });
  raw.write(sseRetry(1000));
  const closers: (() => void)[] = [];
  let isOpen = true;
  const stream: LiveStream = {
    send(event, data, id) {
      if (!isOpen) return false;
      if (raw.writableLength > MAX_BUFFERED_BYTES) {
        stream.close();
        return false;
      }
      raw.write(sseText({ event, data, ...(id === undefined ? {} : { id }) }));
      return true;
    },
    onClose(action) {
      closers.push(action);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      clearInterval(heartbeat);
      siblings.delete(stream);
      raw.end();
      for (const action of closers) action();
    },
  };
  const heartbeat = setInterval(() => raw.write(HEARTBEAT), HEARTBEAT_MS);
  heartbeat.unref();
  siblings.add(stream);
  request.raw.on('close', () => stream.close());
  raw.on('error', () => stream.close());
  return stream;
}

/** Ends every open stream of a server, so that it can stop. */
export function closeLiveStreams(server: Server): void {
  for (const stream of streamsOf(server)) stream.close();
}
