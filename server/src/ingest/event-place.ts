// Where an event comes from: the place of its sender's address, and the address itself where a project keeps it.
import type { JsonObject, JsonValue } from '#kernel/json';

/** Of whoever sends a request. */
export type EventOrigin = {
  /** Of the request; an event may name another one (`$ip`), as servers do for the people they serve. */
  readonly address: string | undefined;
  /** Properties of the place of an address; undefined when places are not to be found out. */
  readonly locate: ((address: string) => JsonObject | undefined) | undefined;
  readonly keepsAddresses: boolean;
};

/**
 * Adds to the properties of an event what its origin says. Servers send `$geoip_disable`, since their own address says
 * nothing of people (posthog-node 5.70, posthog-python 7.53).
 */
export function addPlace(
  properties: Record<string, JsonValue>,
  { address: ofRequest, locate, keepsAddresses }: EventOrigin,
): void {
  const { $ip: given, $geoip_disable: isDisabled } = properties;
  const address = typeof given === 'string' && given !== '' ? given : ofRequest;
  if (address !== undefined && isDisabled !== true) Object.assign(properties, locate?.(address));
  if (!keepsAddresses) delete properties['$ip'];
  else if (address !== undefined && address !== '') properties['$ip'] = address;
}
