// The second release of the new checkout tells when the parcel arrives. It is wrong in the way real
// releases are: a country without postcodes was not thought of. The demo watches Serin take it back.
import type { Address } from './order.ts';

/** Zones by the first character of their postcodes, in order. */
const ZONES = [
  { from: '0', days: 2 },
  { from: '5', days: 3 },
  { from: 'A', days: 4 },
] as const;

/** Days until the parcel arrives. */
export function deliveryDays(address: Address): number {
  const first = address.postcode.charAt(0).toUpperCase();
  const zone = ZONES.findLast(({ from }) => first >= from);
  // “Every postcode begins with a digit or a letter.”
  return zone!.days;
}
