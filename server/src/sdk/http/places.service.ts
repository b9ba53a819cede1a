// Where those are who ask for flags and send events.
import type { IncomingMessage } from 'node:http';
import type { JsonObject } from '#kernel/json';

export type Places = {
  /** Properties of the place of an address; undefined when places are not to be found out. */
  readonly locate: ((address: string) => JsonObject | undefined) | undefined;
  /** Of whoever asks, behind the proxies that are trusted. */
  readonly addressOf: (request: IncomingMessage) => string;
};

/** The properties of a person with where they ask from; what the request says of it itself wins, as with PostHog. */
export function withPlace(
  { locate, addressOf }: Places,
  request: IncomingMessage,
  given: JsonObject,
): JsonObject {
  const place = locate?.(addressOf(request));
  return place === undefined ? given : { ...place, ...given };
}
