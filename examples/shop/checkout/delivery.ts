// The second release of the new checkout tells when the parcel arrives. It is wrong in the way real
// releases are: a country without postcodes was not thought of. The demo watches Serin take it back.
import type { Address } from './order.ts';

const NEAR = new Set(['1', '2', '3', '4', '5']);

/** Days until the parcel arrives, from the first character of the postcode. */
export function deliveryDays(address: Address): number {
  return NEAR.has(address.postcode.slice(0, 1)) ? 2 : 4;
}
