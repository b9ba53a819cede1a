// A stand-in for a card processor. Like a real one it fails now and then, whichever checkout is used:
// the background of errors from which a bad release must be told apart.
import { createHash } from 'node:crypto';

/** Of 100 payments this many time out. */
const TIMEOUT_PERCENT = 2;

class PaymentTimeout extends Error {
  override readonly name = 'PaymentTimeout';
}

/**
 * Charges a card.
 * @param attempt how many payments this shopper has tried; with the id it decides the outcome, so that
 * a run of the demo can be repeated
 * @throws PaymentTimeout
 */
export function chargeCard(shopperId: string, attempt: number): void {
  const digest = createHash('sha256').update(`${shopperId} ${attempt}`).digest();
  const percent = (digest.readUInt32BE(0) / 2 ** 32) * 100;
  if (percent < TIMEOUT_PERCENT)
    throw new PaymentTimeout('The card processor did not answer in time.');
}
